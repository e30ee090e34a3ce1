package app

import (
	"encoding/json"
	"os"
)

var defaults = Settings{Theme: "system", Zoom: 1}

// loadSettings reads the person's choices; a file that cannot be read counts as
// none, since nothing hangs on it.
func (a *API) loadSettings() {
	s := defaults
	if b, err := os.ReadFile(a.path("settings.json")); err == nil {
		var kept Settings
		if json.Unmarshal(b, &kept) == nil && validSettings(kept) == nil {
			s = kept
		}
	}
	a.apply(s)
}

func (a *API) apply(s Settings) {
	a.mu.Lock()
	a.settings = s
	a.mu.Unlock()
	a.center.Content(s.NotifyContent)
}

func validSettings(s Settings) error {
	if s.Theme != "system" && s.Theme != "light" && s.Theme != "dark" {
		return wrong("theme", "That is not a theme.")
	}
	if !(s.Zoom >= 0.5 && s.Zoom <= 3) {
		return wrong("zoom", "The window can be between half and three times its size.")
	}
	return nil
}

// SaveSettings keeps the person's choices on this computer.
func (a *API) SaveSettings(s Settings) error {
	if err := validSettings(s); err != nil {
		return err
	}
	b, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	a.apply(s)
	return writeFile(a.path("settings.json"), b)
}
