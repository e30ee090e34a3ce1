// Package soak puts a docketd of its own under thousands of real sockets for as
// long as one likes: most read at once, some slowly, some stop reading and keep
// asking, some come and go all the time or fall silent without a word. It
// watches what the server holds in memory, goroutines and files, and whether
// everybody has everything once, in order and in time.
package soak
