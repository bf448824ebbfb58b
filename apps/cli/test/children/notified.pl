# Stands for systemd: prints each datagram that comes to the socket it is given, on one line.
use strict;
use warnings;
use Socket;

$| = 1;
socket(my $socket, AF_UNIX, SOCK_DGRAM, 0) or die "socket: $!";
bind($socket, sockaddr_un($ARGV[0])) or die "bind: $!";
print "bound\n";
while (defined recv($socket, my $message, 4096, 0)) {
  $message =~ s/\n/ /g;
  print "$message\n";
}
