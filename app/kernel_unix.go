//go:build unix

package app

import (
	"bytes"

	"golang.org/x/sys/unix"
)

// kernel names the version of the system's kernel.
func kernel() string {
	var u unix.Utsname
	if unix.Uname(&u) != nil {
		return ""
	}
	release, _, _ := bytes.Cut(u.Release[:], []byte{0})
	return " (" + string(release) + ")"
}
