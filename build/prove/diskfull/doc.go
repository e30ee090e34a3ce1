// Package diskfull takes the disk away from a server and a client, each a
// process of its own on a small file system, while people write: neither may
// crash, nothing that was acknowledged may be lost, and when there is room
// again everything goes on by itself.
package diskfull
