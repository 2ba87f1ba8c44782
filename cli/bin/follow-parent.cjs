'use strict';
// Loaded into the child of node24.cjs. A parent killed by SIGKILL can pass nothing on; the kernel closes its end of the
// channel, and the child goes the same way, so that no half of a killed command keeps running and holding locks.
// Worker threads load this file too, and have no channel.
if (process.channel) {
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  process.channel.unref();
}
