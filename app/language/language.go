// Package language says what the program itself tells its person, in the
// language of the person's window. The catalogue is the window's: a key is the
// English sentence. What has no line is said in English.
package language

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"sync/atomic"

	"docket/app/desk"
)

// speech is a language that can be spoken.
type speech struct {
	code   string
	tongue desk.Tongue
	lines  map[string]string
}

var english = &speech{code: "en", tongue: desk.English}

// A program has one window and one person, so it speaks one language, and what
// makes a sentence need not be handed it. What several programs share, a
// server, speaks English and sends what was said beside it (desk.Said).
var (
	spoken atomic.Pointer[speech]
	loaded atomic.Pointer[map[string]*speech]
)

// Load reads the catalogue: one file for each language that is not English.
func Load(files fs.FS) error {
	all := map[string]*speech{}
	for code, tongue := range tongues {
		b, err := fs.ReadFile(files, code+".json")
		if err != nil {
			return fmt.Errorf("read language: %w", err)
		}
		s := &speech{code: code, tongue: tongue}
		if err := json.Unmarshal(b, &s.lines); err != nil {
			return fmt.Errorf("read language %s: %w", code, err)
		}
		all[code] = s
	}
	loaded.Store(&all)
	return nil
}

// Speak makes code the language from now on, and reports whether it was another
// before. What is not known is English.
func Speak(code string) (changed bool) {
	next := english
	if all := loaded.Load(); all != nil && (*all)[code] != nil {
		next = (*all)[code]
	}
	return spoken.Swap(next) != next
}

// Spoken is the language that is spoken.
func Spoken() string { return now().code }

// Leftward reports whether its lines begin at the right.
func Leftward() bool { return now().tongue.Open != "" }

func now() *speech {
	if s := spoken.Load(); s != nil {
		return s
	}
	return english
}

// Say says a sentence of the catalogue. What is put into it has a name:
// Say("{who} took this", "who", name).
func Say(sentence string, pairs ...any) string {
	return now().say(sentence, desk.Values(pairs...))
}

func (s *speech) say(sentence string, values map[string]string) string {
	if line := s.lines[sentence]; line != "" {
		return s.tongue.Say(line, values)
	}
	return desk.English.Say(sentence, values)
}

// Said says what was said before its values were put in. A sentence of a
// version this one has no lines of is told as it was said then, in English.
func Said(s desk.Said) string { return now().known(s.Message, s.Values, s.String()) }

// Error gives what an error says, and what it advises. A sentence of a version
// this one has no lines of is told as it came.
func Error(e *desk.Error) (message, hint string) {
	s := now()
	if e.Said == nil {
		return s.known(e.Message, nil, e.Message), s.known(e.Hint, nil, e.Hint)
	}
	return s.known(e.Said.Message, e.Said.Values, e.Message), s.known(e.Said.Hint, e.Said.Values, e.Hint)
}

func (s *speech) known(sentence string, values map[string]string, finished string) string {
	if line := s.lines[sentence]; line != "" {
		return s.tongue.Say(line, values)
	}
	return finished
}
