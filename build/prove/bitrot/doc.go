// Package bitrot flips one bit in any file of a client or a server whose
// content is known, starts it for real and holds every answer against the
// truth: what cannot be given right must be told, and may never just be wrong
// or missing.
package bitrot
