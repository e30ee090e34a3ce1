package app

import (
	"docket/app/desk"
	"docket/app/language"
)

// say says a sentence in the language of the window. Its values have names:
// say("{who} took this", "who", name).
func say(sentence string, pairs ...any) string { return language.Say(sentence, pairs...) }

// each says several.
func each(all []desk.Said) []string {
	out := []string{}
	for _, s := range all {
		out = append(out, language.Said(s))
	}
	return out
}

// shown is a text of the desk's own as it is read here: in the language of the
// window where it is known what it says, and else as it was written.
func shown(said *desk.Said, text string) string {
	if said == nil {
		return text
	}
	return language.Said(*said)
}
