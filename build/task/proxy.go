package main

import (
	"io"
	"net"
	"sync"
)

// line is a network line that can be cut: a listener that passes bytes to the
// server until somebody pulls the plug. Dialling a cut line fails at once.
type line struct {
	addr, to string

	mu    sync.Mutex // guards the rest
	ln    net.Listener
	conns map[net.Conn]bool
	wg    sync.WaitGroup
}

func newLine(to string) (*line, error) {
	l := &line{to: to, addr: "127.0.0.1:0", conns: map[net.Conn]bool{}}
	if err := l.mend(); err != nil {
		return nil, err
	}
	return l, nil
}

// mend makes the line pass bytes, at the address it had before.
func (l *line) mend() error {
	ln, err := net.Listen("tcp", l.addr)
	if err != nil {
		return err
	}
	l.mu.Lock()
	l.ln, l.addr = ln, ln.Addr().String()
	l.mu.Unlock()
	l.wg.Go(func() { l.accept(ln) })
	return nil
}

func (l *line) accept(ln net.Listener) {
	for {
		in, err := ln.Accept()
		if err != nil {
			return
		}
		out, err := net.Dial("tcp", l.to)
		if err != nil {
			in.Close()
			continue
		}
		l.mu.Lock()
		l.conns[in], l.conns[out] = true, true
		l.mu.Unlock()
		l.wg.Go(func() { l.pass(in, out) })
		l.wg.Go(func() { l.pass(out, in) })
	}
}

func (l *line) pass(from, to net.Conn) {
	_, _ = io.Copy(to, from)
	from.Close()
	to.Close()
	l.mu.Lock()
	delete(l.conns, from)
	delete(l.conns, to)
	l.mu.Unlock()
}

// cut ends every connection and refuses new ones until mend.
func (l *line) cut() {
	l.mu.Lock()
	l.ln.Close()
	for c := range l.conns {
		c.Close()
	}
	l.mu.Unlock()
	l.wg.Wait()
}
