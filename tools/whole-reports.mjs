// Loaded before each file of tests. A file says what came of its tests through a pipe to the test
// runner, and ends at once when all are done: what the pipe did not take yet would be lost, and with
// it which test failed. Here writing waits for the reader, for which Node documents no other way.
process.stdout._handle?.setBlocking?.(true)
