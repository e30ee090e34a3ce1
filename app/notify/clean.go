package notify

import (
	"strings"
	"unicode"
)

// Clean makes a text fit for any notifier: one line, no control, format or
// direction character, nothing that is not a character, at most limit runes.
func Clean(s string, limit int) string {
	var b strings.Builder
	n, space := 0, true
	for _, r := range s {
		if unicode.IsSpace(r) || r == '\u2028' || r == '\u2029' {
			if !space {
				b.WriteByte(' ')
				n++
			}
			space = true
			continue
		}
		if hidden(r) {
			continue
		}
		if n >= limit {
			return strings.TrimSpace(b.String()) + "…"
		}
		b.WriteRune(r)
		n, space = n+1, false
	}
	return strings.TrimSpace(b.String())
}

// hidden reports what has no place in a line of text: C0, C1, surrogates and
// wrong bytes, format characters (which turn text around or hide it), private
// and unassigned ones. The joiners stay, since scripts need them.
func hidden(r rune) bool {
	switch {
	case r == '\u200c' || r == '\u200d':
		return false
	case r == unicode.ReplacementChar, r >= 0xE0000 && r <= 0xE0FFF:
		return true
	case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs):
		return true
	}
	return !unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S, unicode.Z)
}

// Strict makes a text fit for a notifier that pastes it into XML, a script or a
// command line: letters, digits and a few marks stay, everything else becomes a
// space. A list of what is allowed is the only kind that stays complete: "$", the
// backtick, "]]>" and quotes of every kind are code somewhere.
func Strict(s string, limit int) string {
	s = strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.L, unicode.M, unicode.Nd) || strings.ContainsRune(" .,:;!?()#+/…–·", r) {
			return r
		}
		if r == '-' || r == '\u2019' {
			return '–'
		}
		return ' '
	}, Clean(s, limit))
	return strings.TrimLeft(Clean(s, limit), " –#/.")
}

// strictKeepHash is Strict for a text of ours that may begin with a number sign.
func strictKeepHash(s string, limit int) string {
	out := Strict(s, limit)
	if strings.HasPrefix(s, "#") && out != "" && out[0] >= '0' && out[0] <= '9' {
		return "#" + out
	}
	return out
}

var markup = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
