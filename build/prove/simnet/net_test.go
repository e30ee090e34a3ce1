package simnet_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"docket/build/prove/simnet"
)

// pair gives both ends of a connection over a line.
func pair(t *testing.T, n *simnet.Net, l *simnet.Line) (client, server net.Conn) {
	t.Helper()
	got := make(chan net.Conn, 1)
	lis := n.Listen()
	go func() {
		c, err := lis.Accept()
		if err != nil {
			t.Error(err)
		}
		got <- c
	}()
	client, err := l.Dial(context.Background(), "", "")
	if err != nil {
		t.Fatal(err)
	}
	server = <-got
	_ = lis.Close()
	return client, server
}

func TestBytesTakeTheirTimeAndKeepTheirOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n simnet.Net
		l := n.Line()
		c, s := pair(t, &n, l)
		delay := 500 * time.Millisecond
		l.SetDelay(func() time.Duration { delay -= 7 * time.Millisecond; return max(0, delay) })
		want := bytes.Repeat([]byte("0123456789"), 20_000)
		start := time.Now()
		go func() {
			_, _ = c.Write(want)
			_ = c.Close()
		}()
		got, err := io.ReadAll(s)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%d bytes of %d, %v", len(got), len(want), err)
		}
		if time.Since(start) < 400*time.Millisecond {
			t.Errorf("it took %v", time.Since(start))
		}
		if _, err := l.Dial(t.Context(), "", ""); !errors.Is(err, simnet.ErrRefused) {
			t.Errorf("nobody listens, and dial says %v", err)
		}
	})
}

func TestStallRateDeadlineAndCut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n simnet.Net
		l := n.Line()
		c, s := pair(t, &n, l)
		l.Stall(true)
		if _, err := s.Write([]byte("held back")); err != nil {
			t.Fatal(err)
		}
		_ = c.SetReadDeadline(time.Now().Add(time.Second))
		b := make([]byte, 100)
		if _, err := c.Read(b); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("a stalled line: %v", err)
		}
		_ = c.SetReadDeadline(time.Time{})
		time.AfterFunc(time.Hour, func() { l.Stall(false) })
		if k, err := c.Read(b); err != nil || string(b[:k]) != "held back" {
			t.Errorf("after the stall: %q, %v", b[:k], err)
		}
		l.SetRate(1000)
		start := time.Now()
		go func() { _, _ = s.Write(make([]byte, 200_000)); _ = s.Close() }()
		if k, err := io.Copy(io.Discard, c); err != nil || k != 200_000 || time.Since(start) < 199*time.Second {
			t.Errorf("a slow line: %d bytes in %v, %v", k, time.Since(start), err)
		}
		c, s = pair(t, &n, l)
		start = time.Now()
		if _, err := s.Write(make([]byte, 10_000)); err != nil {
			t.Fatal(err)
		}
		l.SetRate(0)
		if _, err := io.ReadFull(c, make([]byte, 10_000)); err != nil || time.Since(start) > 0 {
			t.Errorf("after the slow line: %v, %v", time.Since(start), err)
		}
		l.SetCutIn(func() int { return 5 })
		l.Cut()
		if _, err := c.Read(b); err == nil {
			t.Error("a cut line still reads")
		}
		if _, err := s.Write(b); err == nil {
			t.Error("a cut line still writes")
		}
		c, s = pair(t, &n, l)
		if k, err := c.Write([]byte("too long")); err == nil || k != 5 {
			t.Errorf("breaks after 5 bytes: %d, %v", k, err)
		}
		if _, err := s.Read(b); err == nil {
			t.Error("the other end does not know")
		}
	})
}
