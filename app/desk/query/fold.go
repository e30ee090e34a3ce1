package query

import (
	"strings"
	"unicode"
)

// bare gives letters of the Latin alphabet without their marks, so that muller
// finds Müller. The standard library knows no decomposition; an index of the
// text may fold more.
var bare = func() map[rune]string {
	out := map[rune]string{'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'đ': "d", 'ł': "l", 'þ': "th", 'ð': "d", 'ı': "i", 'ħ': "h"}
	for to, all := range map[string]string{
		"a": "àáâãäåāăąǎ", "c": "çćĉċč", "d": "ď", "e": "èéêëēĕėęě", "g": "ĝğġģ", "h": "ĥ", "i": "ìíîïĩīĭįǐ", "j": "ĵ", "k": "ķ", "l": "ĺļľ",
		"n": "ñńņň", "o": "òóôõöōŏőǒ", "r": "ŕŗř", "s": "śŝşšș", "t": "ţťț", "u": "ùúûüũūŭůűųǔ", "w": "ŵ", "y": "ýÿŷ", "z": "źżž",
	} {
		for _, r := range all {
			out[r] = to
		}
	}
	return out
}()

// fold brings a text into the form in which texts are compared: small letters
// without marks, one blank between words.
func fold(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	gap := false
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			gap = b.Len() > 0
			continue
		case unicode.Is(unicode.Mn, r):
			continue
		}
		if gap {
			b.WriteByte(' ')
			gap = false
		}
		r = unicode.ToLower(r)
		if to, ok := bare[r]; ok {
			b.WriteString(to)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func inWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// unspaced reports whether words are written without blanks between them.
func unspaced(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Thai, unicode.Lao, unicode.Khmer)
}

// begins reports whether a word of the text begins with what is looked for;
// both are folded.
func begins(text, with string) bool {
	if with == "" {
		return true
	}
	for from := 0; ; {
		i := strings.Index(text[from:], with)
		if i < 0 {
			return false
		}
		at := from + i
		before, first := lastRune(text[:at]), firstRune(with)
		if at == 0 || !inWord(before) || !inWord(first) || unspaced(first) {
			return true
		}
		from = at + len(string(first))
	}
}

func firstRune(s string) rune {
	for _, r := range s {
		return r
	}
	return 0
}

func lastRune(s string) rune {
	r := []rune(s[max(0, len(s)-4):])
	if len(r) == 0 {
		return 0
	}
	return r[len(r)-1]
}

// everyWord reports whether each word of what is looked for begins one of the
// text; both are folded.
func everyWord(text, words string) bool {
	for w := range strings.FieldsSeq(words) {
		if !begins(text, w) {
			return false
		}
	}
	return true
}
