package engine_test

import (
	"errors"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"docket/app/desk"
	"docket/sync/engine"
	"docket/sync/wire"
)

// bubble runs a test on fake time.
func bubble(t *testing.T, fn func(t *testing.T, w *world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { fn(t, newWorld(t)) })
}

func resume(lane desk.LaneID, head uint64) wire.LaneState {
	return wire.LaneState{Lane: lane, State: wire.LaneResume, Head: head}
}

func snapshot(lane desk.LaneID) wire.LaneState {
	return wire.LaneState{Lane: lane, State: wire.LaneSnapshot, Head: 5}
}

// Receipts, purge, deltas, resend: in this order and no other.
func TestOrderOfWork(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.store.cursors["s/user/ada"] = desk.Cursor{Lane: "s/user/ada", Epoch: "e1", Seq: 3}
		w.store.cursors["s/dept/old"] = desk.Cursor{Lane: "s/dept/old", Epoch: "e1", Seq: 9}
		w.out.sent = []engine.Item{{ID: commandID(1), DSeq: 1, Body: []byte("a")}, {ID: commandID(2), DSeq: 2, Body: []byte("b")}}
		w.out.last = 2
		w.start()
		p, h := w.connect(wire.Welcome{
			LastDSeq: 1, Receipts: []desk.Receipt{{Command: commandID(1), DSeq: 1, Outcome: desk.OK}},
			Lanes: []wire.LaneState{resume("s/user/ada", 5)},
		})
		if len(h.Lanes) != 2 || h.FirstUnsettled != 1 || h.LastSent != 2 || h.Device != device {
			t.Errorf("hello: got %+v", h)
		}
		if !p.still() {
			t.Error("something was sent before the deltas were here")
		}
		p.send(batch("s/user/ada", 3, 5))
		push := expect[*wire.Push](p)
		want := []string{"settle 1", "keep [s/user/ada]", "me ada", "apply s/user/ada 5"}
		if got := w.d.take(); !reflect.DeepEqual(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
		if len(push.Commands) != 1 || push.Commands[0].DSeq != 2 || string(push.Commands[0].Body) != "b" {
			t.Errorf("resend: got %+v", push)
		}
		if st := w.status(); st.State != engine.Live || st.AsOf.IsZero() {
			t.Errorf("got %+v, want live", st)
		}
	})
}

// A server that forgets the deltas must not keep people's words back for ever.
func TestResendDoesNotWaitForEver(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.out.add(command(1))
		w.start()
		p, _ := w.connect(wire.Welcome{Lanes: []wire.LaneState{resume("s/user/ada", 5)}})
		start := time.Now()
		expect[*wire.Push](p)
		if d := time.Since(start); d < 5*time.Second || d > 20*time.Second {
			t.Errorf("sent after %v", d)
		}
	})
}

func TestReconnectSchedule(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.net.Down()
		w.start()
		var got []time.Duration
		last := time.Now()
		for n := 1; len(got) < 8; {
			time.Sleep(10 * time.Millisecond)
			if d := w.net.Dials(); d > n {
				got = append(got, time.Since(last).Round(100*time.Millisecond))
				n, last = d, time.Now()
			}
		}
		want := []time.Duration{500, 1000, 2000, 4000, 8000, 16000, 30000, 30000}
		for i := range want {
			if want[i] *= time.Millisecond; got[i] != want[i] {
				t.Errorf("attempt %d: after %v, want %v (jitter at its most)", i, got[i], want[i])
			}
		}
		if st := w.status(); st.State != engine.Offline || st.Err == nil || st.Err.Code != desk.CodeOffline || st.Retry.IsZero() {
			t.Errorf("got %+v", st)
		}
		w.net.Up()
		before := w.net.Dials()
		w.eng.Kick()
		time.Sleep(1500 * time.Millisecond)
		if w.net.Dials() != before+1 {
			t.Errorf("a kick made %d attempts, want 1 at once", w.net.Dials()-before)
		}
		w.connect(wire.Welcome{})
	})
}

func TestJitterSpreads(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.jitter = 0.1
		w.net.Down()
		w.start()
		time.Sleep(60 * time.Millisecond)
		if n := w.net.Dials(); n != 2 {
			t.Errorf("got %d attempts within 60 ms, want 2: jitter is full, from zero", n)
		}
	})
}

func TestServerHintIsFollowed(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.start()
		p, _ := w.connect(wire.Welcome{})
		synctest.Wait()
		p.conn.Finish(wire.CloseRestart, wire.CloseReason(7*time.Second, "restart"))
		start := time.Now()
		w.accept()
		if d := time.Since(start); d < 7*time.Second || d > 11*time.Second {
			t.Errorf("came back after %v, want 7 s and a little", d)
		}
	})
}

func TestHalfOpenConnectionIsLeft(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.start()
		w.connect(wire.Welcome{})
		synctest.Wait()
		w.net.Blackhole()
		start := time.Now()
		for w.status().State == engine.Live {
			time.Sleep(time.Second)
			if time.Since(start) > 2*time.Minute {
				t.Fatal("nobody noticed")
			}
		}
		if d := time.Since(start); d > 45*time.Second {
			t.Errorf("noticed after %v", d)
		}
		w.net.Up()
		w.connect(wire.Welcome{})
		if st := w.status(); st.State != engine.Live {
			t.Errorf("got %v, want live again", st.State)
		}
	})
}

// With something to say the dead socket is found sooner, and what was written
// into it is sent again.
func TestHalfOpenWithSomethingToSend(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.start()
		w.connect(wire.Welcome{})
		synctest.Wait()
		w.net.Blackhole()
		w.out.add(command(1))
		w.eng.Kick()
		start := time.Now()
		for w.status().State == engine.Live {
			time.Sleep(time.Second)
		}
		if d := time.Since(start); d > 25*time.Second {
			t.Errorf("noticed after %v", d)
		}
		w.net.Up()
		p, h := w.connect(wire.Welcome{})
		if h.LastSent != 1 || h.FirstUnsettled != 1 {
			t.Errorf("hello: got %+v", h)
		}
		if push := expect[*wire.Push](p); push.Commands[0].DSeq != 1 {
			t.Errorf("got %+v", push)
		}
	})
}

func TestClockJumpReconnectsAtOnce(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.start()
		p, _ := w.connect(wire.Welcome{})
		synctest.Wait()
		w.mu.Lock()
		w.wall += 3 * time.Hour // asleep: the wall clock ran, ours stood
		w.mu.Unlock()
		start := time.Now()
		w.accept()
		if d := time.Since(start); d > 6*time.Second {
			t.Errorf("came back after %v, want within 5 s of waking", d)
		}
		<-p.conn.Done()
	})
}

func TestResumeReconnectsAtOnce(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.start()
		w.connect(wire.Welcome{})
		synctest.Wait()
		start := time.Now()
		w.eng.Resume()
		w.connect(wire.Welcome{})
		if d := time.Since(start); d > time.Second {
			t.Errorf("came back after %v", d)
		}
	})
}

func TestStayAway(t *testing.T) {
	for name, c := range map[string]struct {
		http func(w http.ResponseWriter)
		code int
		want desk.Code
	}{
		"revoked":          {code: wire.CloseRevoked, want: desk.CodeSignIn},
		"token expired":    {code: wire.CloseSignIn, want: desk.CodeSignIn},
		"client too old":   {code: wire.CloseClientOld, want: desk.CodeClientOld},
		"server too old":   {code: wire.CloseServerOld, want: desk.CodeServerOld},
		"forked":           {code: wire.CloseForked, want: desk.CodeForked},
		"401":              {http: func(w http.ResponseWriter) { w.WriteHeader(http.StatusUnauthorized) }, want: desk.CodeSignIn},
		"refused in words": {http: func(w http.ResponseWriter) { jsonError(w, 403, &desk.Error{Code: desk.CodeDenied, Message: "no"}) }, want: desk.CodeDenied},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, w *world) {
				w.out.add(command(1))
				if c.http != nil {
					w.answer(func(rw http.ResponseWriter, _ *http.Request) bool { c.http(rw); return true })
				}
				w.start()
				if c.code != 0 {
					w.accept().conn.Finish(c.code, "")
				}
				synctest.Wait()
				n := w.net.Dials()
				time.Sleep(24 * time.Hour)
				st := w.status()
				if st.State != engine.Refused || st.Err == nil || st.Err.Code != c.want || st.Err.Message == "" || st.Err.Hint == "" && c.http == nil {
					t.Errorf("got %v with %+v, want refused with %s", st.State, st.Err, c.want)
				}
				if w.net.Dials() != n {
					t.Errorf("came back %d times by itself", w.net.Dials()-n)
				}
				if q, _, _ := w.out.counts(); q != 1 {
					t.Errorf("%d commands queued, want the one", q)
				}
				w.eng.Kick()
				time.Sleep(2 * time.Second)
				if w.net.Dials() != n+1 {
					t.Errorf("a person's try made %d attempts, want 1", w.net.Dials()-n)
				}
			})
		})
	}
}

func TestNotDocket(t *testing.T) {
	for name, answer := range map[string]func(w http.ResponseWriter){
		"a web page":  func(w http.ResponseWriter) { _, _ = w.Write([]byte("<html>Welcome to the Hotel</html>")) },
		"a redirect":  func(w http.ResponseWriter) { w.Header().Set("Location", "https://portal.example/"); w.WriteHeader(302) },
		"another API": func(w http.ResponseWriter) { w.WriteHeader(404); _, _ = w.Write([]byte(`{"error":"nope"}`)) },
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, w *world) {
				w.answer(func(rw http.ResponseWriter, _ *http.Request) bool { answer(rw); return true })
				w.start()
				if st := w.status(); st.State != engine.Offline || st.Err == nil || st.Err.Code != desk.CodeNotDocket {
					t.Errorf("got %v with %+v, want offline with not_docket", st.State, st.Err)
				}
				w.answer(nil) // signed in to the hotel's network
				w.connect(wire.Welcome{})
				if st := w.status(); st.State != engine.Live || st.Err != nil {
					t.Errorf("got %+v, want live", st)
				}
			})
		})
	}
}

func TestNoWelcome(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.start()
		p := w.accept()
		expect[*wire.Hello](p)
		start := time.Now()
		<-p.conn.Done()
		if d := time.Since(start); d > 25*time.Second {
			t.Errorf("waited %v for a welcome", d)
		}
		if st := w.status(); st.Err == nil || st.Err.Code != desk.CodeNotDocket {
			t.Errorf("got %+v", st)
		}
	})
}

func TestBrokenServer(t *testing.T) {
	for name, send := range map[string]func(p *peer){
		"garbage":         func(p *peer) { _ = p.conn.Send([]byte("garbage")) },
		"client's frame":  func(p *peer) { p.send(wire.Ping{N: 1}) },
		"welcome twice":   func(p *peer) { p.send(welcome(wire.Welcome{})) },
		"page of nothing": func(p *peer) { p.send(wire.Page{Lane: "s/dir", Body: []byte("x")}) },
		"frame too large": func(p *peer) { _ = p.conn.Send(make([]byte, wire.MaxServerFrame+1)) },
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, w *world) {
				w.start()
				p, _ := w.connect(wire.Welcome{})
				synctest.Wait()
				send(p)
				<-p.conn.Done()
				w.connect(wire.Welcome{})
				if st := w.status(); st.State != engine.Live {
					t.Errorf("got %+v, want that it came back", st)
				}
			})
		})
	}
}

func TestUnknownFrameIsIgnored(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.start()
		p, _ := w.connect(wire.Welcome{})
		b, err := wire.Marshal([]any{"weather", map[string]int{"rain": 1}})
		if err != nil {
			t.Fatal(err)
		}
		_ = p.conn.Send(b)
		p.send(batch("x/unknown", 0, 1))
		if st := w.status(); st.State != engine.Live {
			t.Errorf("got %+v, want live", st)
		}
	})
}

func TestClockWrongByYears(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.wall = -7 * 365 * 24 * time.Hour
		w.start()
		w.connect(wire.Welcome{})
		st := w.status()
		if st.State != engine.Live || st.Err == nil || st.Err.Field != "clock" || !strings.Contains(st.Err.Message, "7 years") {
			t.Errorf("got %v with %+v, want live with a word about the clock", st.State, st.Err)
		}
		if d := time.Until(w.eng.Now()).Abs(); d > time.Second {
			t.Errorf("the engine's time is off by %v from the server's", d)
		}
		if st.Expired || st.LeaseUntil.Before(time.Now()) {
			t.Errorf("lease: got %v, expired %v", st.LeaseUntil, st.Expired)
		}
	})
}

func TestLeaseExpires(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.start()
		w.connect(wire.Welcome{LeaseUntil: time.Now().Add(48 * time.Hour)})
		synctest.Wait()
		w.net.Down()
		time.Sleep(47 * time.Hour)
		if st := w.status(); st.Expired {
			t.Error("expired too early")
		}
		time.Sleep(2 * time.Hour)
		if st := w.status(); !st.Expired || st.Err == nil {
			t.Errorf("got %+v, want expired", st)
		}
		w.eng.Close()
		// The next start knows it before there is a network.
		w.start()
		if st := w.status(); !st.Expired || st.AsOf.IsZero() {
			t.Errorf("after a restart: got %+v, want expired with the time it was current", st)
		}
		w.net.Up()
		w.connect(wire.Welcome{})
		if st := w.status(); st.Expired || st.State != engine.Live {
			t.Errorf("after contact: got %+v", st)
		}
	})
}

func TestPaused(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.start()
		p, _ := w.connect(wire.Welcome{})
		synctest.Wait()
		w.eng.SetPaused(true)
		<-p.conn.Done()
		n := w.net.Dials()
		w.eng.Kick()
		time.Sleep(time.Hour)
		if st := w.status(); st.State != engine.Offline || w.net.Dials() != n {
			t.Errorf("got %v after %d attempts, want offline after none", st.State, w.net.Dials()-n)
		}
		start := time.Now()
		w.eng.SetPaused(false)
		w.connect(wire.Welcome{})
		if d := time.Since(start); d > time.Second {
			t.Errorf("came back after %v", d)
		}
	})
}

func TestDamagedStore(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.store.cursors["s/dir"] = desk.Cursor{Lane: "s/dir", Epoch: "e1", Seq: 3}
		w.out.add(command(1))
		w.start()
		w.store.set(func(m *memStore) { m.fail = &desk.Error{Code: desk.CodeDamaged, Message: "bad"} })
		p, _ := w.connect(wire.Welcome{Lanes: []wire.LaneState{resume("s/dir", 4)}})
		<-p.conn.Done()
		if st := w.status(); st.State != engine.Refused || !errors.Is(st.Err, desk.ErrDamaged) {
			t.Errorf("got %+v", st)
		}
		w.eng.Kick()
		time.Sleep(time.Hour)
		if len(w.damaged) != 1 || w.net.Dials() != 1 {
			t.Errorf("told %d times, %d attempts; want once each", len(w.damaged), w.net.Dials())
		}
	})
}

func TestFullDiskComesBack(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.start()
		w.store.set(func(m *memStore) { m.fail = &desk.Error{Code: desk.CodeDiskFull, Message: "full"} })
		p, _ := w.connect(wire.Welcome{Lanes: []wire.LaneState{resume("s/dir", 0)}})
		<-p.conn.Done()
		if st := w.status(); st.State != engine.Offline || !errors.Is(st.Err, desk.ErrDiskFull) {
			t.Errorf("got %+v", st)
		}
		w.connect(wire.Welcome{})
		if st := w.status(); st.State != engine.Live || st.Err != nil {
			t.Errorf("got %+v", st)
		}
	})
}

func TestLookAndPresence(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.start()
		p, _ := w.connect(wire.Welcome{})
		synctest.Wait()
		w.eng.Look(ticketID(1), true)
		if l := expect[*wire.Look](p); l.Ticket != ticketID(1) || !l.Writing {
			t.Errorf("got %+v", l)
		}
		p.send(wire.Presence{Ticket: ticketID(1), People: []wire.Present{{Person: "bob", Writing: true}}})
		synctest.Wait()
		if len(w.presence) != 1 || w.presence[0].People[0].Person != "bob" {
			t.Errorf("got %+v", w.presence)
		}
		w.net.Cut()
		p, _ = w.connect(wire.Welcome{})
		if l := expect[*wire.Look](p); l.Ticket != ticketID(1) {
			t.Errorf("after a reconnect: got %+v", l)
		}
	})
}

func TestCloseSaysGoodbyeAndMayComeTwice(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.start()
		p, _ := w.connect(wire.Welcome{})
		synctest.Wait()
		w.eng.Close()
		w.eng.Close()
		if e := <-p.ended; e.Code != wire.CloseNormal || !e.Remote {
			t.Errorf("got %+v, want a goodbye", e)
		}
		w.eng.Start() // too late
		w.eng.Kick()
	})
}

func TestParseServer(t *testing.T) {
	for in, want := range map[string]string{
		"desk.example.com":            "https://desk.example.com",
		" https://Desk.Example.com/ ": "https://desk.example.com",
		"https://10.1.2.3:8443":       "https://10.1.2.3:8443",
		"http://localhost:8080":       "http://localhost:8080",
		"http://127.0.0.1:1":          "http://127.0.0.1:1",
		"http://desk.example.com":     "",
		"http://10.1.2.3":             "",
		"ftp://x":                     "",
		"https://":                    "",
		"":                            "",
		"https://a@b.c":               "",
		"https://b.c/path":            "",
		"https://b.c?x=1":             "",
		"file:///etc/passwd":          "",
	} {
		got, err := engine.ParseServer(in)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q: got %q, %v; want %q", in, got, err, want)
		}
		if err != nil && !errors.Is(err, desk.ErrInvalid) {
			t.Errorf("%q: got %v, want invalid", in, err)
		}
	}
}
