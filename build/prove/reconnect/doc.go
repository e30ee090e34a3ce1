// Package reconnect sends people's computers away, for a second or for months,
// lets nothing, one thing or ten thousand things happen meanwhile, damages what
// they come back with or the server they come back to, and holds each against a
// new computer of the same person.
package reconnect
