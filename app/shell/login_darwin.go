package shell

import (
	"bytes"
	"encoding/xml"
	"errors"
	"os"
	"path/filepath"
)

// file is the agent that launchd starts with the session.
func (l Login) file() (string, error) {
	home, err := os.UserHomeDir()
	return filepath.Join(home, "Library", "LaunchAgents", "docket."+l.name()+".plist"), err
}

// On reports whether it starts with the session.
func (l Login) On() bool {
	path, err := l.file()
	if err != nil {
		return false
	}
	_, err = os.Stat(path)
	return err == nil
}

// Set makes it start with the session, or no longer.
func (l Login) Set(on bool) error {
	path, err := l.file()
	if err != nil {
		return cannotStart(err)
	}
	if !on {
		if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
			return cannotStart(err)
		}
		return nil
	}
	args, err := l.command()
	if err != nil {
		return cannotStart(err)
	}
	var b bytes.Buffer
	b.WriteString(xml.Header + `<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict><key>Label</key><string>docket.` + l.name() + `</string><key>RunAtLoad</key><true/><key>ProgramArguments</key><array>`)
	for _, a := range args {
		b.WriteString("<string>")
		if err := xml.EscapeText(&b, []byte(a)); err != nil {
			return cannotStart(err)
		}
		b.WriteString("</string>")
	}
	b.WriteString("</array></dict></plist>\n")
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil { //nolint:gosec // launchd reads it
		return cannotStart(err)
	}
	return cannotStart(os.WriteFile(path, b.Bytes(), 0o600))
}
