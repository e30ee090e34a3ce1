//go:build linux

package main

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"time"

	"docket/app"
	"docket/app/menubar"
	"docket/app/notify"
	"docket/app/vault"
)

// seat is a whole client without its window: the program as the page talks to
// it, with the real cache and outbox on disk.
type seat struct {
	p    *app.App
	api  *app.API
	ring *keys
	dir  string
}

// window takes what the program tells the page.
type window struct {
	emit func(event string, payload any)
}

func (w window) Emit(event string, payload any) {
	if w.emit != nil {
		w.emit(event, payload)
	}
}
func (window) Show()                                {}
func (window) SetTitle(string)                      {}
func (window) OpenFiles(string) ([]string, error)   { return nil, nil }
func (window) SaveFile(_, _ string) (string, error) { return "", nil }
func (window) OpenURL(string) error                 { return nil }
func (window) Quit()                                {}
func (window) ClipboardImage() ([]byte, error)      { return nil, nil }
func (window) DragFile(string) error                { return nil }
func (window) Screenshot() ([]byte, error)          { return nil, nil }
func (window) Menu([]menubar.Group, func(string))   {}

// mute is a notifier nobody looks at.
type mute struct{}

func (mute) Show(notify.Toast) error { return nil }
func (mute) Withdraw(string)         {}
func (mute) Close() error            { return nil }

// keys is a keyring in memory.
type keys struct {
	mu   sync.Mutex
	kept map[string]string
	file string // or nowhere
}

func (k *keys) save() error {
	if k.file == "" {
		return nil
	}
	b, err := json.Marshal(k.kept)
	if err != nil {
		return err
	}
	return os.WriteFile(k.file, b, 0o600)
}

func (k *keys) Get(_, u string) (string, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if v, ok := k.kept[u]; ok {
		return v, nil
	}
	return "", vault.ErrNotFound
}

func (k *keys) Set(_, u, v string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.kept[u] = v
	return k.save()
}

func (k *keys) Delete(_, u string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.kept, u)
	return k.save()
}

// sit starts a client in a folder; emit hears what the page would, n shows
// notifications, or nobody.
func sit(dir string, ring *keys, emit func(event string, payload any), n notify.Notifier) *seat {
	if n == nil {
		n = mute{}
	}
	if ring == nil {
		ring = &keys{kept: map[string]string{}}
	}
	s := &seat{ring: ring, dir: dir}
	s.p = app.New(app.Deps{
		Profile: "bench", Dir: filepath.Join(dir, "profile"), Version: "bench", Shell: window{emit}, Notifier: n,
		Vault: vault.New("bench", dir, ring),
	})
	s.api = s.p.API()
	s.p.Start()
	s.p.Ready()
	return s
}

// signIn signs in with a password, as a person does, and waits until live.
func (s *seat) signIn(b *bench, url, person, password string, most time.Duration) error {
	boot, err := s.api.SignIn(url, person, password)
	if err != nil {
		return err
	}
	if boot.State != "ready" {
		return errors.New("after signing in: " + boot.State)
	}
	return until(b.ctx, most, person+" live", s.live)
}

func (s *seat) live() bool {
	c, err := s.api.Connection()
	return err == nil && c.State == "live"
}

func (s *seat) close() { s.p.Close() }
