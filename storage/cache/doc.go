// Package cache is the client's copy of what its person may see.
package cache
