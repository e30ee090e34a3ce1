package bitrot_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"docket/app/desk"
	"docket/build/prove/town"
)

// complaints counts what the server logs as an error.
type complaints struct {
	mu   sync.Mutex
	said []string
}

func (c *complaints) Write(b []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if strings.Contains(string(b), "level=ERROR") {
		c.said = append(c.said, string(b))
	}
	return len(b), nil
}

func (c *complaints) some() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.said) == 0 {
		return ""
	}
	return c.said[0]
}

func (c *complaints) log() *slog.Logger { return slog.New(slog.NewTextHandler(c, nil)) }

// served is what a new computer of each person is given.
type served map[desk.PersonID]map[string]string

func (w *world) everything(c *town.Client) (map[string]string, error) {
	out := map[string]string{}
	qs := w.questions(c.Cache.Views())
	return out, func() error {
		a, err := answers(c.Cache, qs)
		maps.Copy(out, a)
		return err
	}()
}

// reference is what is served without a flip, and where everybody is then.
func (w *world) reference() (served, map[desk.PersonID]town.Place, error) {
	data, rm := w.folder("case-server")
	defer rm()
	if err := errors.Join(w.server[0].put(data), w.Try(data)); err != nil {
		return nil, nil, err
	}
	defer func() { _ = w.Server.Close() }()
	out, places := served{}, w.Places()
	for p := range w.fresh {
		got, err := w.served(p, &complaints{}, places[p])
		if err != nil {
			return nil, nil, err
		}
		out[p] = got
	}
	return out, places, nil
}

// serve starts a server over a copy with a flipped bit and asks it for
// everything, as a new computer of each person.
func (w *world) serve(which int, at spot, want served, places map[desk.PersonID]town.Place) (outcome string, err error) {
	data, rm := w.folder("case-server")
	rm()
	defer rm()
	if err := w.server[which].put(data); err != nil {
		return "", err
	}
	if at.name != "" {
		if err := at.flip(data); err != nil {
			return "", err
		}
	}
	heard := &complaints{}
	w.log = heard.log()
	defer func() { w.log = nil }()
	if err := w.Try(data); err != nil {
		return refused(err)
	}
	defer func() { _ = w.Server.Close() }()
	outcome = "harmless"
	for _, p := range slices.Sorted(maps.Keys(w.fresh)) {
		got, err := w.served(p, heard, places[p])
		switch {
		case heard.some() != "":
			outcome = "told"
			if err == nil {
				err = w.compare(p, got, want[p])
			}
			if err != nil && got != nil {
				return "", fmt.Errorf("%w; the server knew of damage", err)
			}
		case err != nil:
			return "", err
		default:
			if err := w.compare(p, got, want[p]); err != nil {
				return "", err
			}
		}
	}
	return outcome, nil
}

func (w *world) compare(p desk.PersonID, got, want map[string]string) error {
	if got == nil {
		return nil
	}
	for _, q := range sorted(want) {
		if got[q] != want[q] {
			return fmt.Errorf("a new computer of %s, %s: %.300q, want %.300q", p, q, got[q], want[q])
		}
	}
	return nil
}

// served loads everything onto a new computer; nil without an error if the
// server says that it cannot.
func (w *world) served(p desk.PersonID, heard *complaints, place town.Place) (map[string]string, error) {
	dir, rm := w.folder("case-client")
	rm()
	defer rm()
	c := w.fresh[p].In(dir)
	if err := c.Open(false); err != nil {
		return nil, err
	}
	defer func() { _ = c.Close() }()
	ended := func() bool {
		code := trouble(c)
		return code == desk.CodeSignIn || code == desk.CodeDenied || code == desk.CodeDamaged
	}
	if !until(func() bool { return c.At(place) || heard.some() != "" || ended() }) {
		return nil, fmt.Errorf("a new computer of %s does not get everything, and the server complains of nothing: %v", p, c)
	}
	if heard.some() != "" {
		return nil, nil
	}
	if ended() {
		return nil, w.shut(p, c)
	}
	out, err := w.everything(c)
	if err != nil {
		return nil, err
	}
	for h, f := range w.files {
		if w.unsent(h) {
			continue
		}
		if _, _, err := c.Cache.Ticket(f.ticket); errors.Is(err, desk.ErrNotFound) {
			continue
		}
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		err := c.Engine.Download(ctx, f.ticket, f.Attachment)
		cancel()
		if err != nil {
			if desk.AsError(err).Code == desk.CodeDamaged || heard.some() != "" {
				heard.note("level=ERROR a client was told: " + err.Error())
				continue
			}
			return nil, fmt.Errorf("file %s: %w", f.Name, err)
		}
	}
	return out, nil
}

func (c *complaints) note(s string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.said = append(c.said, s)
}

// shut is for a person who is told that they may not come in, with a session
// that is good: a wrong answer, if a plain one.
func (w *world) shut(p desk.PersonID, c *town.Client) error {
	return fmt.Errorf("%s is turned away: %w", p, c.Engine.Status().Err)
}

func until(fn func() bool) bool {
	for deadline := time.Now().Add(8 * time.Second); time.Now().Before(deadline); {
		if fn() {
			return true
		}
		<-time.After(2 * time.Millisecond)
	}
	return false
}
