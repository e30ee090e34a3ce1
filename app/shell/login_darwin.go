package shell

import (
	"bytes"
	"encoding/xml"
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

// folderMode is that of a folder which launchd reads.
const folderMode = 0o755

// entry is what the file says for a command.
func (l Login) entry(args []string) []byte {
	var b bytes.Buffer
	b.WriteString(xml.Header + `<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict><key>Label</key><string>docket.` + l.name() + `</string><key>RunAtLoad</key><true/><key>ProgramArguments</key><array>`)
	for _, a := range args {
		b.WriteString("<string>")
		_ = xml.EscapeText(&b, []byte(a)) // a buffer takes everything
		b.WriteString("</string>")
	}
	b.WriteString("</array></dict></plist>\n")
	return b.Bytes()
}
