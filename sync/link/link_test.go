package link_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"docket/sync/link"
	"docket/sync/link/linktest"
	"docket/sync/wire"
)

// recorder is a handler that keeps what it gets.
type recorder struct {
	frame func(b []byte) error

	mu     sync.Mutex // guards what follows
	frames []string
	ends   []link.End
}

func (r *recorder) Frame(b []byte) error {
	r.mu.Lock()
	r.frames = append(r.frames, string(b))
	r.mu.Unlock()
	if r.frame != nil {
		return r.frame(b)
	}
	return nil
}

func (r *recorder) Closed(e link.End) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ends = append(r.ends, e)
}

func (r *recorder) got() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]string(nil), r.frames...)
}

func (r *recorder) end(t *testing.T) link.End {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.ends) != 1 {
		t.Fatalf("Closed was called %d times, want once", len(r.ends))
	}
	return r.ends[0]
}

// world is a server in memory that accepts connections.
type world struct {
	net      *linktest.Net
	srv      *http.Server
	accepted chan *link.Conn
	stopped  chan struct{}
}

func newWorld(t *testing.T, cfg link.Config) *world {
	t.Helper()
	w := &world{net: linktest.New(), accepted: make(chan *link.Conn, 1), stopped: make(chan struct{})}
	w.srv = &http.Server{Handler: http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		c, err := link.Accept(rw, r, cfg)
		if err == nil {
			w.accepted <- c
		}
	})}
	go func() {
		defer close(w.stopped)
		_ = w.srv.Serve(w.net)
	}()
	t.Cleanup(func() {
		_ = w.srv.Close()
		_ = w.net.Close()
		<-w.stopped
	})
	return w
}

// pair gives both ends of a connection, started.
func (w *world) pair(t *testing.T, cfg link.Config, ch, sh link.Handler) (client, server *link.Conn) {
	t.Helper()
	client, err := link.Dial(context.Background(), "ws://memory/v1/sync", link.DialOptions{NetDial: w.net.Dial, Config: cfg})
	if err != nil {
		t.Fatal(err)
	}
	server = <-w.accepted
	if sh != nil {
		server.Start(sh)
	}
	if ch != nil {
		client.Start(ch)
	}
	t.Cleanup(func() {
		client.Fail(wire.CloseNormal, "")
		server.Fail(wire.CloseNormal, "")
		<-client.Done()
		<-server.Done()
	})
	return client, server
}

func TestFramesArriveInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, link.Config{})
		cr, sr := &recorder{}, &recorder{}
		client, server := w.pair(t, link.Config{}, cr, sr)
		shared := link.NewShared([]byte("shared"))
		var want []string
		for i := range 100 {
			s := fmt.Sprintf("frame %d", i)
			want = append(want, s, "shared")
			if err := errors.Join(server.Send([]byte(s)), server.SendShared(shared), client.Send([]byte(s))); err != nil {
				t.Fatal(err)
			}
		}
		synctest.Wait()
		if got := strings.Join(cr.got(), ","); got != strings.Join(want, ",") {
			t.Errorf("client got %s", got)
		}
		if got := len(sr.got()); got != 100 {
			t.Errorf("server got %d frames, want 100", got)
		}
		if st := client.Stats(); st.SentFrames != 100 || st.ReceivedFrames != 200 || st.ReceivedBytes == 0 {
			t.Errorf("stats: got %+v", st)
		}
		if q := server.Queued(); q != 0 {
			t.Errorf("queued after all was written: got %d, want 0", q)
		}
	})
}

func TestCloseFlushesAndTellsWhy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, link.Config{})
		cr, sr := &recorder{}, &recorder{}
		client, server := w.pair(t, link.Config{}, cr, sr)
		for range 50 {
			if err := server.Send(make([]byte, 10_000)); err != nil {
				t.Fatal(err)
			}
		}
		server.Close(wire.CloseRestart, wire.CloseReason(3*time.Second, "restart"))
		<-client.Done()
		if got := len(cr.got()); got != 50 {
			t.Errorf("client got %d frames, want all 50 that were queued", got)
		}
		e := cr.end(t)
		after, text := wire.ParseCloseReason(e.Text)
		if e.Code != wire.CloseRestart || !e.Remote || after != 3*time.Second || text != "restart" {
			t.Errorf("client's end: got %+v", e)
		}
		if e := sr.end(t); e.Code != wire.CloseRestart || e.Remote {
			t.Errorf("server's end: got %+v", e)
		}
		var end *link.End
		if err := server.Send([]byte("late")); !errors.As(err, &end) || end.Code != wire.CloseRestart {
			t.Errorf("send after close: got %v", err)
		}
		server.Close(wire.CloseNormal, "again")
	})
}

// A peer that does not read costs its queue and is then let go; the sender
// never waits.
func TestSlowPeer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, link.Config{QueueBytes: 100_000, QueueFrames: 1000})
		block := make(chan struct{})
		cr := &recorder{frame: func([]byte) error { <-block; return nil }}
		sr := &recorder{}
		client, server := w.pair(t, link.Config{}, cr, sr)
		start := time.Now()
		var err error
		n := 0
		for ; err == nil; n++ {
			if n > 1000 {
				t.Fatal("the queue never ran over")
			}
			err = server.Send(make([]byte, 1000))
			if q := server.Queued(); q > 100_000 {
				t.Fatalf("queued: got %d, want at most 100000", q)
			}
		}
		if d := time.Since(start); d != 0 {
			t.Errorf("sending waited %v", d)
		}
		var end *link.End
		if !errors.As(err, &end) || end.Code != wire.CloseSlow {
			t.Errorf("got %v, want 4008", err)
		}
		<-server.Done()
		close(block)
		<-client.Done()
		if e := sr.end(t); e.Code != wire.CloseSlow {
			t.Errorf("server's end: got %+v", e)
		}
	})
}

func TestOneLargeFrameMayExceedTheQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, link.Config{QueueBytes: 1000})
		cr := &recorder{}
		_, server := w.pair(t, link.Config{}, cr, &recorder{})
		if err := server.Send(make([]byte, 50_000)); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if len(cr.got()) != 1 {
			t.Errorf("client got %d frames, want 1", len(cr.got()))
		}
	})
}

// An answer larger than the queue is paced, not cut off.
func TestWaitRoomPaces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, link.Config{QueueBytes: 10_000})
		cr := &recorder{}
		_, server := w.pair(t, link.Config{}, cr, &recorder{})
		for range 100 {
			server.WaitRoom()
			if err := server.Send(make([]byte, 4_000)); err != nil {
				t.Fatal(err)
			}
		}
		synctest.Wait()
		if n := len(cr.got()); n != 100 {
			t.Errorf("got %d frames, want 100", n)
		}
		server.Close(wire.CloseNormal, "")
		server.WaitRoom() // does not wait for ever
	})
}

func TestIdleConnectionLives(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, link.Config{})
		cr, sr := &recorder{}, &recorder{}
		client, _ := w.pair(t, link.Config{}, cr, sr)
		select {
		case <-client.Done():
			t.Fatalf("an idle connection ended: %+v", cr.end(t))
		case <-time.After(24 * time.Hour):
		}
	})
}

func TestHalfOpenIsFound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, link.Config{})
		cr, sr := &recorder{}, &recorder{}
		client, server := w.pair(t, link.Config{}, cr, sr)
		synctest.Wait()
		w.net.Blackhole()
		start := time.Now()
		<-client.Done()
		<-server.Done()
		if d := time.Since(start); d > 75*time.Second || d < 50*time.Second {
			t.Errorf("found after %v, want within 75 s and not at once", d)
		}
		if e := cr.end(t); e.Code != wire.CloseSilent {
			t.Errorf("client's end: got %+v", e)
		}
	})
}

func TestPeerGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, link.Config{})
		cr, sr := &recorder{}, &recorder{}
		client, server := w.pair(t, link.Config{}, cr, sr)
		synctest.Wait()
		start := time.Now()
		w.net.Cut()
		<-client.Done()
		<-server.Done()
		if d := time.Since(start); d != 0 {
			t.Errorf("noticed after %v, want at once", d)
		}
		if e := cr.end(t); e.Code != 1006 || e.Remote || e.Err == nil {
			t.Errorf("client's end: got %+v", e)
		}
	})
}

func TestLimitAndHandlerErrors(t *testing.T) {
	for name, c := range map[string]struct {
		send  []byte
		frame func([]byte) error
		want  int
	}{
		"too large":     {send: make([]byte, 3000), want: wire.CloseTooBig},
		"broken frame":  {send: []byte("x"), frame: func([]byte) error { _, err := wire.DecodeFrame(nil, wire.FromClient); return err }, want: wire.CloseBroken},
		"handler's end": {send: []byte("x"), frame: func([]byte) error { return &link.End{Code: wire.CloseRevoked, Text: "gone"} }, want: wire.CloseRevoked},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, link.Config{ReadLimit: 2000})
				cr, sr := &recorder{}, &recorder{frame: c.frame}
				client, server := w.pair(t, link.Config{}, cr, sr)
				if err := client.Send(c.send); err != nil {
					t.Fatal(err)
				}
				<-client.Done()
				<-server.Done()
				if e := sr.end(t); e.Code != c.want {
					t.Errorf("server's end: got %+v, want code %d", e, c.want)
				}
				if e := cr.end(t); e.Code != c.want || !e.Remote {
					t.Errorf("client's end: got %+v, want code %d", e, c.want)
				}
			})
		})
	}
}

func TestCloseBeforeStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, link.Config{})
		cr := &recorder{}
		client, server := w.pair(t, link.Config{}, cr, nil)
		server.Close(wire.CloseTooMany, "")
		<-client.Done()
		if e := cr.end(t); e.Code != wire.CloseTooMany {
			t.Errorf("client's end: got %+v", e)
		}
	})
}

func TestHandshakeRefusals(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, link.Config{})
		_, err := link.Dial(context.Background(), "ws://memory/", link.DialOptions{
			NetDial: w.net.Dial, Header: http.Header{"Origin": {"https://example.org"}},
		})
		var he *link.HandshakeError
		if !errors.As(err, &he) || he.Status != http.StatusForbidden {
			t.Errorf("with an origin: got %v, want 403", err)
		}
		c := http.Client{Transport: &http.Transport{DialContext: w.net.Dial, DisableKeepAlives: true}}
		req, _ := http.NewRequest("GET", "http://memory/", nil)
		req.Header = http.Header{"Connection": {"Upgrade"}, "Upgrade": {"websocket"}, "Sec-Websocket-Version": {"13"}, "Sec-Websocket-Key": {"dGhlIHNhbXBsZSBub25jZQ=="}}
		resp, err := c.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		if resp.StatusCode != http.StatusBadRequest {
			t.Errorf("without the subprotocol: got %d, want 400", resp.StatusCode)
		}
	})
}

// A client that offers compression gets none: it would let a few bytes on the
// wire become megabytes behind the read limit.
func TestNoCompression(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, link.Config{})
		c := http.Client{Transport: &http.Transport{DialContext: w.net.Dial, DisableKeepAlives: true}}
		req, _ := http.NewRequest("GET", "http://memory/", nil)
		req.Header = http.Header{
			"Connection": {"Upgrade"}, "Upgrade": {"websocket"}, "Sec-Websocket-Version": {"13"},
			"Sec-Websocket-Key": {"dGhlIHNhbXBsZSBub25jZQ=="}, "Sec-Websocket-Protocol": {wire.Subprotocol},
			"Sec-Websocket-Extensions": {"permessage-deflate; server_no_context_takeover; client_no_context_takeover"},
		}
		resp, err := c.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		if resp.StatusCode != http.StatusSwitchingProtocols || resp.Header.Get("Sec-Websocket-Extensions") != "" {
			t.Errorf("got %d with extensions %q, want 101 without", resp.StatusCode, resp.Header.Get("Sec-Websocket-Extensions"))
		}
		(<-w.accepted).Fail(wire.CloseNormal, "")
	})
}
