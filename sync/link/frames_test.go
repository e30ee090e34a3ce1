package link_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"docket/sync/link"
	"docket/sync/wire"
)

// raw is a client that writes what it likes.
type raw struct {
	*testing.T
	nc     net.Conn
	br     *bufio.Reader
	server *link.Conn
}

func (w *world) raw(t *testing.T, h link.Handler) *raw {
	t.Helper()
	nc, err := w.net.Dial(t.Context(), "tcp", "memory")
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		_, _ = io.WriteString(nc, "GET / HTTP/1.1\r\nHost: memory\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"+
			"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: "+wire.Subprotocol+"\r\n\r\n")
	}()
	r := &raw{T: t, nc: nc, br: bufio.NewReader(nc)}
	resp, err := http.ReadResponse(r.br, nil)
	if err != nil || resp.StatusCode != http.StatusSwitchingProtocols {
		t.Fatalf("upgrade: %v %v", resp, err)
	}
	r.server = <-w.accepted
	r.server.Start(h)
	t.Cleanup(func() {
		_ = nc.Close()
		r.server.Fail(wire.CloseNormal, "")
		<-r.server.Done()
	})
	return r
}

// frame makes a frame of a first byte and a payload, masked.
func frame(first byte, payload string) []byte {
	b := []byte{first}
	switch n := len(payload); {
	case n < 126:
		b = append(b, 0x80|byte(n))
	case n < 1<<16:
		b = binary.BigEndian.AppendUint16(append(b, 0x80|126), uint16(n))
	default:
		b = binary.BigEndian.AppendUint64(append(b, 0x80|127), uint64(n))
	}
	key := []byte{7, 77, 177, 250}
	b = append(b, key...)
	for i := range len(payload) {
		b = append(b, payload[i]^key[i%4])
	}
	return b
}

// answer reads one frame of the server's.
func (r *raw) answer() (first byte, payload string) {
	r.Helper()
	var h [2]byte
	if _, err := io.ReadFull(r.br, h[:]); err != nil {
		return 0, err.Error()
	}
	b := make([]byte, h[1])
	if _, err := io.ReadFull(r.br, b); err != nil {
		r.Fatal(err)
	}
	return h[0], string(b)
}

// A server reads frames by itself: everything the rules allow, cut anywhere.
func TestServerReadsWhatTheRulesAllow(t *testing.T) {
	long, longer := strings.Repeat("long ", 100), strings.Repeat("0123456789abcdef", 5000)
	stream := bytes.Join([][]byte{
		frame(0x82, "whole"), frame(0x02, "in "), frame(0x89, "there?"), frame(0x00, "three "), frame(0x80, "parts"),
		frame(0x8a, "unasked"), frame(0x82, ""), frame(0x82, long), frame(0x02, longer), frame(0x80, long), frame(0x82, "last"),
	}, nil)
	want := []string{"whole", "in three parts", "", long, longer + long, "last"}
	for _, most := range []int{1, 3, 255, 256, 257, 5000, 1 << 20} {
		t.Run(fmt.Sprint(most), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sr := &recorder{}
				r := newWorld(t, link.Config{ReadLimit: 100_000}).raw(t, sr)
				rnd := rand.New(rand.NewPCG(uint64(most), 1)) //nolint:gosec // the same every time
				go func() {
					for b := stream; len(b) > 0; {
						n := min(len(b), 1+rnd.IntN(most))
						if rnd.IntN(len(stream)/most+1) < 5 {
							time.Sleep(55 * time.Second) // a deadline passes in the middle
						}
						if _, err := r.nc.Write(b[:n]); err != nil {
							t.Error(err)
							return
						}
						b = b[n:]
					}
				}()
				var pongs, pings int
				for pongs == 0 || len(sr.got()) < len(want) {
					_ = r.nc.SetReadDeadline(time.Now().Add(time.Second))
					switch first, b := r.answer(); {
					case first == 0x8a && b == "there?":
						pongs++
					case first == 0x89:
						pings++
					case first == 0 && strings.Contains(b, "timeout"):
					default:
						t.Fatalf("got frame %#x %q", first, b)
					}
				}
				if got := sr.got(); strings.Join(got, "|") != strings.Join(want, "|") {
					t.Errorf("got %d messages: %.200q", len(got), got)
				}
				if most < 300 && pings == 0 {
					t.Error("nobody was silent for long")
				}
			})
		})
	}
}

// What the rules forbid ends the connection with a code and goes no further.
func TestServerRefusesWhatTheRulesForbid(t *testing.T) {
	huge := binary.BigEndian.AppendUint64([]byte{0x82, 0x80 | 127}, 1<<63|5)
	big := binary.BigEndian.AppendUint64([]byte{0x82, 0x80 | 127}, 2001)
	for name, c := range map[string]struct {
		b    []byte
		code int
	}{
		"not masked":              {[]byte{0x82, 1, 'x'}, wire.CloseBroken},
		"compressed":              {frame(0xc2, "x"), wire.CloseBroken},
		"reserved":                {frame(0x92, "x"), wire.CloseBroken},
		"unknown kind":            {frame(0x83, "x"), wire.CloseBroken},
		"unknown control":         {frame(0x8b, "x"), wire.CloseBroken},
		"ping in parts":           {frame(0x09, "x"), wire.CloseBroken},
		"long ping":               {frame(0x89, strings.Repeat("x", 126)), wire.CloseBroken},
		"goes on with nothing":    {frame(0x80, "x"), wire.CloseBroken},
		"begins twice":            {append(frame(0x02, "x"), frame(0x82, "y")...), wire.CloseBroken},
		"close of one byte":       {frame(0x88, "x"), wire.CloseBroken},
		"close of no code":        {frame(0x88, "\x03\xed"), wire.CloseBroken},
		"close in no language":    {frame(0x88, "\x03\xe8\xff"), wire.CloseBroken},
		"text":                    {frame(0x81, "x"), wire.CloseBroken},
		"too large":               {append(big, 1, 2, 3, 4), wire.CloseTooBig},
		"larger than can be":      {append(huge, 1, 2, 3, 4), wire.CloseTooBig},
		"too large in parts":      {append(frame(0x02, strings.Repeat("x", 1500)), frame(0x80, strings.Repeat("x", 501))...), wire.CloseTooBig},
		"a goodbye":               {frame(0x88, "\x03\xe8bye"), wire.CloseNormal},
		"a goodbye without words": {frame(0x88, ""), 1005},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sr := &recorder{}
				r := newWorld(t, link.Config{ReadLimit: 2000}).raw(t, sr)
				go func() { _, _ = r.nc.Write(c.b) }() // it need not be read to the end
				first, b := r.answer()
				if code := binary.BigEndian.AppendUint16(nil, uint16(c.code)); first != 0x88 || !strings.HasPrefix(b, string(code)) && c.code != 1005 {
					t.Errorf("answered with %#x %q", first, b)
				}
				_ = r.nc.Close()
				<-r.server.Done()
				if e := sr.end(t); e.Code != c.code || len(sr.got()) > 0 {
					t.Errorf("ended with %+v after %q", e, sr.got())
				}
			})
		})
	}
}

// sockets is a server on a real socket, where a frame is written without a
// goroutine as far as the socket takes it.
func sockets(t *testing.T, secure bool, cfg link.Config, h link.Handler) (client *websocket.Conn, server *link.Conn) {
	t.Helper()
	accepted := make(chan *link.Conn, 1)
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if c, err := link.Accept(w, r, cfg); err == nil {
			accepted <- c
		}
	}))
	url := "ws"
	if secure {
		s.StartTLS()
		url = "wss"
	} else {
		s.Start()
	}
	t.Cleanup(s.Close)
	d := websocket.Dialer{Subprotocols: []string{wire.Subprotocol}, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}} //nolint:gosec // our own
	client, resp, err := d.DialContext(context.Background(), url+"://"+s.Listener.Addr().String(), nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	server = <-accepted
	server.Start(h)
	t.Cleanup(func() {
		_ = client.Close()
		server.Fail(wire.CloseNormal, "")
		<-server.Done()
	})
	return client, server
}

// TestSocketTakesWhatItCan has several goroutines send at once more than a
// socket holds, again and again, to somebody who begins to read late: each
// sender's frames arrive whole and in its order.
func TestSocketTakesWhatItCan(t *testing.T) {
	for _, secure := range []bool{false, true} {
		t.Run(fmt.Sprint("tls ", secure), func(t *testing.T) {
			client, server := sockets(t, secure, link.Config{QueueBytes: 64 << 20, QueueFrames: 1 << 20}, &recorder{})
			const rounds, senders, each = 5, 4, 300
			waited := 0
			for round := range rounds {
				var wg sync.WaitGroup
				for s := range senders {
					wg.Go(func() { sendMany(t, server, s, round, each) })
				}
				wg.Wait()
				if server.Queued() > 0 {
					waited++
				}
				var next [senders]int
				for range senders * each * 4 / 3 {
					_, b, err := client.ReadMessage()
					if err != nil {
						t.Fatal(err)
					}
					if len(b) == 1 && b[0] == 99 {
						continue
					}
					s := int(b[0])
					if !bytes.Equal(b, many(s, round, next[s])) {
						t.Fatalf("round %d, sender %d: got %d bytes, %x …, which is not frame %d", round, s, len(b), b[:8], next[s])
					}
					next[s]++
				}
			}
			if waited < rounds/2 {
				t.Errorf("something had to wait in %d rounds of %d", waited, rounds)
			}
			if st := server.Stats(); st.SentFrames != rounds*senders*each*4/3 {
				t.Errorf("counted %+v", st)
			}
			server.Close(wire.CloseRestart, "restart")
		})
	}
}

// many is a frame of a sender's.
func many(sender, round, i int) []byte {
	b := bytes.Repeat([]byte{byte(sender), byte(round), byte(i), byte(i >> 8)}, 2+(sender*7919+round*31+i*104729)%2_500)
	return append(b, byte(i))
}

func sendMany(t *testing.T, c *link.Conn, sender, round, n int) {
	for i := range n {
		b := many(sender, round, i)
		var err error
		switch i % 3 {
		case 0:
			err = c.Send(b)
		case 1:
			err = c.SendShared(link.NewShared(b))
		default:
			err = c.SendShared(link.NewShared(b), link.NewShared([]byte{99}))
		}
		if err != nil {
			t.Error(err)
		}
	}
}

// The deadline of a write that had to wait must not end a later one.
func TestAWriteAfterOneThatWaited(t *testing.T) {
	const within = 500 * time.Millisecond
	client, server := sockets(t, false, link.Config{QueueBytes: 64 << 20, WriteTimeout: within}, &recorder{})
	if err := server.Send(make([]byte, 16<<20)); err != nil {
		t.Fatal(err)
	}
	if _, b, err := client.ReadMessage(); err != nil || len(b) != 16<<20 {
		t.Fatalf("got %d bytes, %v", len(b), err)
	}
	_ = client.NetConn().SetReadDeadline(time.Now().Add(within + within/4))
	if n, err := client.NetConn().Read(make([]byte, 1)); n > 0 || err == nil {
		t.Fatalf("got %d bytes more, %v", n, err)
	}
	_ = client.NetConn().SetReadDeadline(time.Time{})
	if err := server.Send([]byte("after")); err != nil {
		t.Fatal(err)
	}
	if _, b, err := client.ReadMessage(); err != nil || string(b) != "after" {
		t.Errorf("got %q, %v", b, err)
	}
}

// TestWhatTheSocketDidNotTakeGoesFirst has the socket take a part of a frame,
// and another frame be sent in just that moment.
func TestWhatTheSocketDidNotTakeGoesFirst(t *testing.T) {
	for name, frames := range map[string][]*link.Shared{
		"one":     {link.NewShared([]byte("the first frame"))},
		"several": {link.NewShared([]byte("the ")), link.NewShared([]byte("first frame"))},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cr := &recorder{}
				_, server := newWorld(t, link.Config{}).pair(t, link.Config{}, cr, &recorder{})
				server.SetDirect(func(p []byte) (int, error) {
					server.SetDirect(nil)
					if err := server.Send([]byte(" and the second")); err != nil {
						t.Error(err)
					}
					return server.WriteSome(p[:9])
				})
				if err := server.SendShared(frames...); err != nil {
					t.Fatal(err)
				}
				synctest.Wait()
				if got := strings.Join(cr.got(), ""); got != "the first frame and the second" {
					t.Errorf("got %q", cr.got())
				}
				if st := server.Stats(); st.SentFrames != int64(len(frames))+1 || st.SentBytes != int64(len("the first frame and the second")) {
					t.Errorf("counted %+v", st)
				}
			})
		})
	}
}
