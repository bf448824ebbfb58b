// A program that does nothing, for as long as it is let: what any program written as a module takes in memory.
setInterval(() => {}, 1e9);
