// Package outbox keeps what only this computer knows: commands and drafts.
package outbox
