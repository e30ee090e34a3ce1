package server

import (
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

// Certificate is a TLS certificate in two files that is read again when they
// change.
type Certificate struct {
	certFile, keyFile string
	log               *slog.Logger

	mu      sync.Mutex // guards what follows
	cert    *tls.Certificate
	stamp   string
	checked time.Time
}

// LoadCertificate reads the files; it fails when they are not a certificate
// and its key.
func LoadCertificate(certFile, keyFile string, log *slog.Logger) (*Certificate, error) {
	c := &Certificate{certFile: certFile, keyFile: keyFile, log: log}
	stamp, err := c.stampNow()
	if err != nil {
		return nil, fmt.Errorf("read certificate: %w", err)
	}
	cert, err := tls.LoadX509KeyPair(certFile, keyFile)
	if err != nil {
		return nil, fmt.Errorf("read certificate: %w", err)
	}
	c.cert, c.stamp = &cert, stamp
	return c, nil
}

// stampNow tells whether the files are the ones that were read.
func (c *Certificate) stampNow() (string, error) {
	var s string
	for _, name := range []string{c.certFile, c.keyFile} {
		fi, err := os.Stat(name)
		if err != nil {
			return "", err
		}
		s += fmt.Sprintf("%d %d;", fi.ModTime().UnixNano(), fi.Size())
	}
	return s, nil
}

// get gives the certificate for a handshake, looking at most once a second
// whether the files changed. While the new files are not a pair (they are
// being copied, or somebody made a mistake) the old ones stay in use.
func (c *Certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if time.Since(c.checked) < time.Second {
		return c.cert, nil
	}
	c.checked = time.Now()
	stamp, err := c.stampNow()
	if err != nil || stamp == c.stamp {
		return c.cert, nil
	}
	cert, err := tls.LoadX509KeyPair(c.certFile, c.keyFile)
	if err != nil {
		c.log.Error("the new certificate cannot be used, the old one stays", "err", err)
		return c.cert, nil
	}
	c.cert, c.stamp = &cert, stamp
	c.log.Info("certificate read again")
	return c.cert, nil
}

// Reload looks at the files at the next handshake, however soon that is.
func (c *Certificate) Reload() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.checked = time.Time{}
}

func (c *Certificate) listen(l net.Listener) net.Listener {
	return tls.NewListener(l, &tls.Config{
		MinVersion: tls.VersionTLS12, GetCertificate: c.get, NextProtos: []string{"http/1.1"},
	})
}

// perAddress closes connections of an address that has too many.
type perAddress struct {
	net.Listener
	most int

	mu    sync.Mutex // guards count
	count map[string]int
}

func limitPerAddress(l net.Listener, most int) net.Listener {
	return &perAddress{Listener: l, most: most, count: map[string]int{}}
}

// Accept implements net.Listener.
func (p *perAddress) Accept() (net.Conn, error) {
	for {
		c, err := p.Listener.Accept()
		if err != nil {
			return nil, err
		}
		host, _, err := net.SplitHostPort(c.RemoteAddr().String())
		if err != nil || isLoopback(host) {
			return c, nil
		}
		if p.enter(host) {
			return &counted{Conn: c, leave: func() { p.leave(host) }}, nil
		}
		_ = c.Close()
	}
}

func (p *perAddress) enter(host string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.count[host] >= p.most {
		return false
	}
	p.count[host]++
	return true
}

func (p *perAddress) leave(host string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.count[host]--; p.count[host] <= 0 {
		delete(p.count, host)
	}
}

// counted gives its place back when it is closed.
type counted struct {
	net.Conn
	once  sync.Once
	leave func()
}

// SyscallConn implements syscall.Conn.
func (c *counted) SyscallConn() (syscall.RawConn, error) {
	sc, ok := c.Conn.(syscall.Conn)
	if !ok {
		return nil, errors.ErrUnsupported
	}
	return sc.SyscallConn()
}

// Close implements net.Conn.
func (c *counted) Close() error {
	c.once.Do(c.leave)
	return c.Conn.Close()
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// Loopback reports whether a listener is reachable from this computer only.
func Loopback(addr net.Addr) bool {
	switch a := addr.(type) {
	case *net.TCPAddr:
		return a.IP.IsLoopback()
	case *net.UnixAddr:
		return true
	default:
		return false
	}
}
