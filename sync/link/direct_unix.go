//go:build unix

package link

import (
	"errors"
	"sync"
	"syscall"
)

// attempt is a write that does not wait.
type attempt struct {
	p    []byte
	n    int
	err  error
	call func(fd uintptr) bool // once, so that no write makes its own
}

var attempts = sync.Pool{New: func() any {
	a := &attempt{}
	a.call = a.write
	return a
}}

func (a *attempt) write(fd uintptr) bool {
	for a.n < len(a.p) && a.err == nil {
		k, err := syscall.Write(int(fd), a.p[a.n:])
		switch {
		case err == nil:
			a.n += k
		case errors.Is(err, syscall.EAGAIN):
			return true
		case !errors.Is(err, syscall.EINTR):
			a.err = err
		}
	}
	return true // not to be called again
}

// tryWrite writes what the socket takes without waiting.
func tryWrite(raw syscall.RawConn, p []byte) (int, error) {
	a := attempts.Get().(*attempt)
	defer attempts.Put(a)
	a.p, a.n, a.err = p, 0, nil
	err := raw.Write(a.call)
	a.p = nil
	if err == nil {
		err = a.err
	}
	return a.n, err
}

// directOf gives what writes to a connection without waiting, if it needs no
// more than its bytes in a socket, as TLS does.
func directOf(nc any) func([]byte) (int, error) {
	sc, ok := nc.(syscall.Conn)
	if !ok {
		return nil
	}
	raw, err := sc.SyscallConn()
	if err != nil {
		return nil
	}
	return func(p []byte) (int, error) { return tryWrite(raw, p) }
}
