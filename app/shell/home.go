package shell

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"

	"docket/app/desk"
)

// Home is where a profile keeps its files: local to this computer, never in a
// folder that roams or is synced.
func Home(data, profile string) (string, error) {
	if profile == "" {
		profile = "default"
	}
	if !desk.ValidSlug(profile) {
		return "", errors.New("a profile's name has 1 to 63 of a–z, 0–9 and hyphens")
	}
	if data != "" {
		abs, err := filepath.Abs(data)
		return filepath.Join(abs, profile), err
	}
	switch runtime.GOOS {
	case "windows":
		if base := os.Getenv("LOCALAPPDATA"); base != "" {
			return filepath.Join(base, "docket", profile), nil
		}
		return "", errors.New("LOCALAPPDATA is not set")
	case "darwin":
		home, err := os.UserHomeDir()
		return filepath.Join(home, "Library", "Application Support", "docket", profile), err
	}
	if base := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(base) {
		return filepath.Join(base, "docket", profile), nil
	}
	home, err := os.UserHomeDir()
	return filepath.Join(home, ".local", "share", "docket", profile), err
}
