// What the build puts in the place of the package `bindings`, which looks for SQLite's binary in a dozen places: that takes
// longer than to load it from where an installation has it.
module.exports = () => require('better-sqlite3/build/Release/better_sqlite3.node');
