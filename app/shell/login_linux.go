package shell

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
)

// file is where desktops look for what starts with the session (XDG autostart).
func (l Login) file() (string, error) {
	base := os.Getenv("XDG_CONFIG_HOME")
	if !filepath.IsAbs(base) {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", err
		}
		base = filepath.Join(home, ".config")
	}
	return filepath.Join(base, "autostart", l.name()+".desktop"), nil
}

// On reports whether it starts with the session.
func (l Login) On() bool {
	path, err := l.file()
	if err != nil {
		return false
	}
	b, err := os.ReadFile(path)
	// Desktops switch it off by one of these lines, and keep the file.
	return err == nil && !bytes.Contains(b, []byte("\nHidden=true")) && !bytes.Contains(b, []byte("\nX-GNOME-Autostart-enabled=false"))
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
	for i := range args {
		args[i] = quoteExec(args[i])
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return cannotStart(err)
	}
	return cannotStart(os.WriteFile(path, []byte("[Desktop Entry]\nType=Application\nName=Docket\nComment=Support inbox\nIcon=docket\nTerminal=false\nStartupNotify=false\nExec="+strings.Join(args, " ")+"\n"), 0o600))
}

// quoteExec writes an argument as the Desktop Entry specification has it: within
// quotes four characters are escaped, then every backslash once more as in any
// value of the file, and a percent sign stands twice.
func quoteExec(s string) string {
	s = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "`", "\\`", `$`, `\$`).Replace(s)
	s = strings.ReplaceAll(s, `\`, `\\`)
	return `"` + strings.ReplaceAll(s, "%", "%%") + `"`
}
