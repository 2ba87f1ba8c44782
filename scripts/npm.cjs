'use strict';
// Where npm's own command line is, as JavaScript, so that any Node can run it with the user's npm settings.
const fs = require('fs');
const path = require('path');

/** Path of npm-cli.js: the npm that started this process, else the first on PATH, else null. */
function npmCli() {
  const started = process.env.npm_execpath || '';
  if (path.basename(started) === 'npm-cli.js') return started;
  for (const folder of (process.env.PATH || '').split(path.delimiter)) {
    try {
      const real = fs.realpathSync(path.join(folder, 'npm'));
      if (path.basename(real) === 'npm-cli.js') return real;
    } catch (error) {
      if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR' && error.code !== 'EACCES') throw error;
    }
  }
  return null;
}

module.exports = { npmCli };
