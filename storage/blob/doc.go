// Package blob keeps attachments as files named by the SHA-256 of their bytes.
// A file is staged first, in pieces that are each on disk before they count,
// and moved into place only when its hash is right; a name in the store is
// therefore always whole. The server keeps plain bytes; a client opens its
// store with a key, and every segment of 64 KiB is then sealed on its own, so
// that a part can be read without the rest.
package blob
