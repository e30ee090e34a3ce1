// Package rules holds the tests over the tree itself: which package may import
// which and why not, where a library may be used, how long a function may grow,
// what the page may never do. It has no code of its own.
package rules
