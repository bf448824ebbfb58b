import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished, type TestContext } from "vitest";
import { need, run } from "./machine.ts";
import { COMMAND, temporaryFolder } from "./place.ts";
import { Running } from "./running.ts";

/** A network of this machine's own, to which hosts are plugged; ends with the test. */
export class Network {
  readonly bridge: string = `tn${process.pid}`;
  /** Two of the same tests on one machine have each a network. */
  readonly #prefix: string = `10.213.${process.pid % 250}`;
  #hosts = 0;

  constructor(context: TestContext) {
    need(context, "root and network namespaces", "ip", "link", "add", "name", this.bridge, "type", "bridge");
    onTestFinished(() => void run("ip", "link", "del", this.bridge));
    run("ip", "addr", "add", `${this.address}/24`, "dev", this.bridge);
    run("ip", "link", "set", this.bridge, "up");
  }

  get address(): string {
    return `${this.#prefix}.1`;
  }

  get range(): string {
    return `${this.#prefix}.0/24`;
  }

  host(name: string): Host {
    this.#hosts += 1;
    return new Host(name, this, `${this.#prefix}.${this.#hosts + 1}`, this.#hosts);
  }
}

/** As good as a machine: network, processes, mounts, name, boot id and machine id of its own. */
export class Host {
  readonly #name: string;
  readonly #folder: string = temporaryFolder();
  readonly #namespace: string;
  readonly #plug: string;

  constructor(name: string, { bridge }: Network, address: string, number: number) {
    this.#name = name;
    this.#namespace = `${bridge}-${name}`;
    this.#plug = `${bridge}p${number}`;
    run("ip", "netns", "add", this.#namespace);
    onTestFinished(() => void run("ip", "netns", "del", this.#namespace));
    run("ip", "link", "add", this.#plug, "type", "veth", "peer", "name", "eth0", "netns", this.#namespace);
    run("ip", "link", "set", this.#plug, "master", bridge, "up");
    run("ip", "-n", this.#namespace, "addr", "add", `${address}/24`, "dev", "eth0");
    for (const device of ["eth0", "lo"]) run("ip", "-n", this.#namespace, "link", "set", device, "up");
    writeFileSync(join(this.#folder, "boot_id"), `00000000-0000-4000-8000-${String(number).padStart(12, "0")}\n`);
    writeFileSync(join(this.#folder, "machine-id"), `${String(number).padStart(32, "0")}\n`);
    mkdirSync(join(this.#folder, "home"));
  }

  /** `tenure` on this host. */
  tenure(...args: string[]): Running {
    const boots =
      'hostname "$1"; mount --bind "$2/boot_id" /proc/sys/kernel/random/boot_id; mount --bind "$2/machine-id" /etc/machine-id; shift 2; exec "$@"';
    const enters = [
      "ip",
      "netns",
      "exec",
      this.#namespace,
      "unshare",
      "--pid",
      "--fork",
      "--kill-child",
      "--uts",
      "--mount",
    ];
    const command = [...enters, "--mount-proc", "sh", "-ec", boots, "sh", this.#name, this.#folder];
    const { PATH } = process.env;
    const home = join(this.#folder, "home");
    return new Running([...command, process.execPath, COMMAND, ...args], {
      cwd: home,
      env: { PATH: `${PATH}:/usr/sbin:/sbin`, HOME: home },
    });
  }

  /** Nothing comes or goes any more, and nobody is told. */
  cutOff(): void {
    run("ip", "link", "set", this.#plug, "down");
  }

  reconnect(): void {
    run("ip", "link", "set", this.#plug, "up");
  }
}
