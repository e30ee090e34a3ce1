package app

import (
	"cmp"
	"net"
	"os"
	"os/user"
	"path/filepath"
	"runtime"
	"strings"
	"unicode/utf8"

	"docket/app/desk"
	"docket/app/secrets"
	"docket/sync/engine"
)

const (
	maxLog   = 256 << 10 // bytes read from the end of a log
	maxLines = 1000
	maxKept  = 2 << 20 // bytes of a text that is kept: signs that cannot be seen are named in it
)

// LogView is the end of a log, to be looked over before any of it goes along.
type LogView struct {
	Name string `json:"name"`
	// Lines are the newest, Cut says that there are others before them.
	Lines []LogLine `json:"lines"`
	Cut   bool      `json:"cut"`
}

// LogLine is one line in parts: what looks like a secret is one by itself.
type LogLine struct {
	Parts []LogPart `json:"parts"`
}

// LogPart is text; Kind is a secrets.Kind or "".
type LogPart struct {
	Text string `json:"text"`
	Kind string `json:"kind"`
}

// Fact is something about this computer that helps whoever answers.
type Fact struct {
	ID    string `json:"id"`
	Label string `json:"label"`
	Value string `json:"value"`
	// On says that it goes along unless the person takes it out.
	On bool `json:"on"`
}

// PickLog asks for a file and reads its last lines; nil when the person thought
// better of it. Nothing of it is kept here.
func (a *API) PickLog() (*LogView, error) {
	if _, err := a.session(); err != nil {
		return nil, err
	}
	paths, err := a.deps.Shell.OpenFiles(say("Choose a log"))
	if err != nil || len(paths) == 0 {
		return nil, err
	}
	return readLog(paths[0])
}

func readLog(path string) (*LogView, error) {
	name := cleanName(filepath.Base(path))
	b, cut, err := readEnd(path, maxLog, false)
	if err != nil {
		return nil, err
	}
	for range utf8.UTFMax - 1 { // a letter that was cut through
		if cut && len(b) > 0 && !utf8.RuneStart(b[0]) {
			b = b[1:]
		}
	}
	text, _, _, ok := readText(b, false)
	if !ok {
		return nil, (&desk.Error{
			Code: desk.CodeInvalid, Field: "files", Message: "“{name}” is no text, so its lines cannot be shown.", Hint: "Attach it as a file instead.",
		}).With("name", name)
	}
	text, _ = plain(text)
	text = strings.TrimRight(text, "\n")
	if _, rest, found := strings.Cut(text, "\n"); cut && found {
		text = rest // the first line began before
	}
	lines := inParts(text)
	if n := len(lines); n > maxLines {
		lines, cut = lines[n-maxLines:], true
	}
	return &LogView{Name: name, Lines: lines, Cut: cut}, nil
}

// inParts cuts a text into lines, and these where a secret begins and ends,
// which may go over several of them.
func inParts(text string) []LogLine {
	lines := []LogLine{{Parts: []LogPart{}}}
	put := func(text, kind string) {
		for i, piece := range strings.Split(text, "\n") {
			if i > 0 {
				lines = append(lines, LogLine{Parts: []LogPart{}})
			}
			if piece != "" {
				last := &lines[len(lines)-1]
				last.Parts = append(last.Parts, LogPart{Text: piece, Kind: kind})
			}
		}
	}
	at := 0
	for _, f := range secrets.Find(text) {
		put(text[at:f.From], "")
		put(text[f.From:f.To], string(f.Kind))
		at = f.To
	}
	put(text[at:], "")
	return lines
}

// Facts gives what is known of this computer. What names a person or a machine
// goes along only if it is asked for.
func (a *API) Facts() ([]Fact, error) {
	s, err := a.session()
	if err != nil {
		return nil, err
	}
	facts := []Fact{
		{"system", say("System"), system(), true},
		{"architecture", say("Processor"), runtime.GOARCH, true},
		{"program", say("Program"), "Docket " + a.deps.Version, true},
		{"language", say("Language"), cmp.Or(a.spokenNow(), os.Getenv("LANG")), true},
		{"zone", say("Time zone"), a.now().Local().Format("MST, -07:00"), true},
		{"network", say("Network"), network(), true},
		{"server", say("Server"), s.reached(), true},
		{"session", say("Desktop"), desktop(), true},
	}
	if host, err := os.Hostname(); err == nil {
		facts = append(facts, Fact{"host", say("Name of this computer"), host, false})
	}
	if u, err := user.Current(); err == nil {
		facts = append(facts, Fact{"user", say("Name you sign in with on it"), u.Username, false})
	}
	out := []Fact{}
	for _, f := range facts {
		if f.Value = strings.Join(strings.Fields(strings.ToValidUTF8(f.Value, "")), " "); f.Value != "" {
			out = append(out, f)
		}
	}
	return out, nil
}

func (a *API) spokenNow() string {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return a.spoken
}

// network says how many ways out this computer has, and none of its addresses.
func network() string {
	all, err := net.Interfaces()
	if err != nil {
		return ""
	}
	up := 0
	for _, i := range all {
		if i.Flags&net.FlagUp != 0 && i.Flags&net.FlagLoopback == 0 {
			up++
		}
	}
	if up == 0 {
		return say("no connection is up")
	}
	return say("{n, plural, one {1 connection is up} other {{n} connections are up}}", "n", up)
}

// reached says whether the server is there, and when it was last.
func (s *session) reached() string {
	at := s.asOf()
	switch {
	case s.connection().State == string(engine.Live):
		return say("reached now")
	case at.IsZero():
		return say("not reached yet")
	}
	return say("not reached now, last on {at, date, clock}", "at", at)
}

func desktop() string {
	if runtime.GOOS != "linux" {
		return ""
	}
	return os.Getenv("XDG_CURRENT_DESKTOP") + " " + os.Getenv("XDG_SESSION_TYPE")
}

// system names the operating system and its version as it names itself.
func system() string {
	if runtime.GOOS == "linux" {
		b, err := os.ReadFile("/etc/os-release")
		if err == nil {
			for line := range strings.Lines(string(b)) {
				if name, ok := strings.CutPrefix(strings.TrimSpace(line), "PRETTY_NAME="); ok {
					return strings.Trim(name, `"'`) + kernel()
				}
			}
		}
	}
	return runtime.GOOS + kernel()
}

// KeepText attaches what a person looked over: the lines of a log, or facts.
// The text is taken as it stands in the preview.
func (a *API) KeepText(kind, written string) (FileInfo, error) {
	s, err := a.session()
	if err != nil {
		return FileInfo{}, err
	}
	name, ok := map[string]string{"log": "log.txt", "facts": "facts.txt"}[kind]
	if !ok {
		return FileInfo{}, wrong("files", "That is nothing that is kept.")
	}
	written, err = text("files", written, maxKept)
	if err != nil {
		return FileInfo{}, err
	}
	if strings.TrimSpace(written) == "" {
		return FileInfo{}, wrong("files", "Nothing is left of it to go along.")
	}
	att, err := s.stage(name, strings.NewReader(strings.TrimRight(written, "\n")+"\n"), desk.MaxAttachment)
	if err != nil {
		return FileInfo{}, err
	}
	return s.fileInfo(att), nil
}
