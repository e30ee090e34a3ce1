package shell

import (
	"bytes"
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

// folderMode is what XDG asks of a folder that is made.
const folderMode = 0o700

// entry is what the file says for a command.
func (l Login) entry(args []string) []byte {
	for i := range args {
		args[i] = quoteExec(args[i])
	}
	return []byte("[Desktop Entry]\nType=Application\nName=Docket\nComment=Support inbox\nIcon=docket\nTerminal=false\nStartupNotify=false\nExec=" + strings.Join(args, " ") + "\n")
}

// quoteExec writes an argument as the Desktop Entry specification has it: within
// quotes four characters are escaped, then every backslash once more as in any
// value of the file, and a percent sign stands twice.
func quoteExec(s string) string {
	s = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "`", "\\`", `$`, `\$`).Replace(s)
	s = strings.ReplaceAll(s, `\`, `\\`)
	return `"` + strings.ReplaceAll(s, "%", "%%") + `"`
}
