// Package headless is what the program needs around it when nobody looks: a
// window that shows nothing, a notifier that says nothing, and a keyring in a
// file, which outlives the process as a real one does.
package headless

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"docket/app"
	"docket/app/desk"
	"docket/app/menubar"
	"docket/app/notify"
	"docket/app/vault"
)

// Shell is a window that shows nothing. Files are what its dialog for opening
// gives; On, if not nil, hears every event.
type Shell struct {
	Files []string
	On    func(event string, payload any)
}

var _ app.Shell = (*Shell)(nil)

// Emit implements app.Shell.
func (s *Shell) Emit(event string, payload any) {
	if s.On != nil {
		s.On(event, payload)
	}
}

// Show implements app.Shell.
func (s *Shell) Show() {}

// Quit does nothing: whoever runs it ends it.
func (*Shell) Quit() {}

// SetTitle implements app.Shell.
func (s *Shell) SetTitle(string) {}

// OpenFiles implements app.Shell.
func (s *Shell) OpenFiles(string) ([]string, error) { return s.Files, nil }

// SaveFile implements app.Shell.
func (s *Shell) SaveFile(_, _ string) (string, error) { return "", nil }

// OpenURL implements app.Shell.
func (s *Shell) OpenURL(string) error { return nil }

// ClipboardImage implements app.Shell.
func (s *Shell) ClipboardImage() ([]byte, error) { return nil, nil }

// DragFile implements app.Shell.
func (s *Shell) DragFile(string) error { return nil }

// Screenshot implements app.Shell.
func (s *Shell) Screenshot() ([]byte, error) { return nil, nil }

// Menu implements app.Shell.
func (s *Shell) Menu([]menubar.Group, func(string)) {}

// Quiet is a notifier that says nothing.
type Quiet struct{}

var _ notify.Notifier = Quiet{}

// Show implements notify.Notifier.
func (Quiet) Show(notify.Toast) error { return nil }

// Withdraw implements notify.Notifier.
func (Quiet) Withdraw(string) {}

// Close implements notify.Notifier.
func (Quiet) Close() error { return nil }

// Ring is a keyring in a file.
type Ring string

var _ vault.Ring = Ring("")

func (r Ring) read() (map[string]string, error) {
	kept := map[string]string{}
	b, err := os.ReadFile(string(r))
	if errors.Is(err, fs.ErrNotExist) {
		return kept, nil
	}
	if err != nil {
		return nil, err
	}
	return kept, json.Unmarshal(b, &kept)
}

func (r Ring) change(fn func(map[string]string)) error {
	kept, err := r.read()
	if err != nil {
		return err
	}
	fn(kept)
	b, err := json.Marshal(kept)
	if err != nil {
		return err
	}
	if err := os.WriteFile(string(r)+".new", b, 0o600); err != nil {
		return err
	}
	return os.Rename(string(r)+".new", string(r))
}

// Get implements vault.Ring.
func (r Ring) Get(_, user string) (string, error) {
	kept, err := r.read()
	if err != nil {
		return "", err
	}
	if v, ok := kept[user]; ok {
		return v, nil
	}
	return "", vault.ErrNotFound
}

// Set implements vault.Ring.
func (r Ring) Set(_, user, secret string) error {
	return r.change(func(kept map[string]string) { kept[user] = secret })
}

// Delete implements vault.Ring.
func (r Ring) Delete(_, user string) error {
	return r.change(func(kept map[string]string) { delete(kept, user) })
}

// Profile names the copies' own worlds.
const Profile = "prove"

// Vault is the vault of the profile in dir, with its keyring beside it.
func Vault(dir string) *vault.Vault { return vault.New(Profile, dir, Ring(dir+".ring")) }

// Remember makes the profile in dir that of a person at a server, as signing in
// does.
func Remember(dir, server string, person desk.PersonID, device desk.DeviceID) error {
	b, err := json.Marshal(map[string]string{
		"server": server, "person": string(person), "device": string(device), "place": string(vault.Keyring),
	})
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "session.json"), b, 0o600)
}
