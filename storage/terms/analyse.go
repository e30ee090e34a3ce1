// Package terms is what the search on this computer is made of: how text
// becomes words, and how words become a segment of an inverted index. It knows
// no store: package cache keeps the segments, under its keys and its encryption.
//
// A document is a ticket, or what is new of one. Its words have positions that
// run through its head and its entries, so that words found in different
// entries meet, phrases are exact, and a result opens at the very entry.
//
// Words are kept folded and as they are inflected. What else has the same stem
// is looked up in the sorted words when somebody asks (Inflected), because
// stems are beginnings of their words: it costs no byte of the index, and an
// exact phrase stays exact. What is written with punctuation, a path, an
// address, an error's code, is its parts in a row, and is asked for as a phrase
// of them.
package terms

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Version changes when other words would be made of the same text, or kept in
// another form: what was made by another is built anew.
const Version = 2

// Longest is how long a word is, in bytes; what is longer is cut.
const Longest = 48

// Word is one of a text: folded, and where it stands in it. Joined is set when
// nothing but punctuation, and no white space, stands between it and the one
// before.
type Word struct {
	Term       string
	Start, End int
	Joined     bool
}

// Words gives the words of a text in their order.
func Words(text string) []Word {
	var out []Word
	end := 0
	Each(text, func(term []byte, from, to int) {
		w := Word{Term: string(term), Start: from, End: to}
		w.Joined = len(out) > 0 && (from < end || !strings.ContainsFunc(text[end:from], unicode.IsSpace))
		end = to
		out = append(out, w)
	})
	return out
}

// lower gives of an ASCII byte that is part of a word its lower case, and 0 of
// another.
var lower = func() (t [utf8.RuneSelf]byte) {
	for c := range t {
		switch {
		case c >= '0' && c <= '9', c >= 'a' && c <= 'z':
			t[c] = byte(c)
		case c >= 'A' && c <= 'Z':
			t[c] = byte(c) + 'a' - 'A'
		}
	}
	return t
}()

// Each calls fn with every word of a text, folded, and where it stands. The
// term is fn's until it returns.
func Each(text string, fn func(term []byte, from, to int)) {
	var buf [Longest]byte
	for i := 0; i < len(text); {
		c := text[i]
		if c < utf8.RuneSelf && lower[c] == 0 {
			i++
			continue
		}
		term, from := buf[:0], i
		for i < len(text) && text[i] < utf8.RuneSelf {
			l := lower[text[i]]
			if l == 0 {
				if text[i] == '\'' && i > from && i+1 < len(text) && text[i+1] < utf8.RuneSelf && lower[text[i+1]] > '9' {
					i++ // don't
					continue
				}
				break
			}
			if len(term) < Longest {
				term = append(term, l)
			}
			i++
		}
		if i < len(text) && text[i] >= utf8.RuneSelf {
			i = other(text, from, fn)
			continue
		}
		fn(term, from, i)
	}
}

// other does what Each does for the run of word characters at from, which has
// others than ASCII, and gives its end.
func other(text string, from int, fn func(term []byte, from, to int)) int {
	i, begin := from, from
	var dense []int // where each character of a run without spaces begins
	flush := func() {
		if begin < i {
			say(text, begin, i, fn)
		}
	}
	for i < len(text) {
		r, n := utf8.DecodeRuneInString(text[i:])
		if isDense(r) {
			flush()
			dense = dense[:0]
			for i < len(text) {
				r, n := utf8.DecodeRuneInString(text[i:])
				if !isDense(r) && !(len(dense) > 0 && unicode.Is(unicode.Mn, r)) {
					break
				}
				if !unicode.Is(unicode.Mn, r) || len(dense) == 0 {
					dense = append(dense, i)
				}
				i += n
			}
			pairs(text, dense, i, fn)
			begin = i
			continue
		}
		if !isWord(r) && !(apostrophe(r) && i > begin && nextIsLetter(text[i+n:])) {
			break
		}
		i += n
	}
	flush()
	if i == from { // one that is no part of a word
		_, n := utf8.DecodeRuneInString(text[i:])
		return i + n
	}
	return i
}

func isWord(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r) || unicode.Is(unicode.Cf, r)
}

func apostrophe(r rune) bool { return r == '\'' || r == '’' }

func nextIsLetter(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsLetter(r)
}

// isDense tells scripts that are written without spaces between words.
func isDense(r rune) bool {
	return r >= 0x0E00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar) ||
		r == 'ー'
}

// pairs says a run without spaces as every two characters that stand together,
// which is how it is found without a dictionary; one alone is itself.
func pairs(text string, at []int, end int, fn func([]byte, int, int)) {
	if len(at) == 1 {
		say(text, at[0], end, fn)
		return
	}
	for i := 0; i+1 < len(at); i++ {
		to := end
		if i+2 < len(at) {
			to = at[i+2]
		}
		say(text, at[i], to, fn)
	}
}

func say(text string, from, to int, fn func([]byte, int, int)) {
	if term := Fold(text[from:to]); term != "" {
		fn([]byte(cut(term, Longest)), from, to)
	}
}

// also folds what neither Unicode's decomposition nor its case folding does,
// and what nobody types.
var also = strings.NewReplacer("ø", "o", "ł", "l", "đ", "d", "æ", "ae", "œ", "oe", "ı", "i", "ـ", "")

var folder = cases.Fold()

// Fold gives a text without case, accents and marks, compatibility forms as
// what they stand for, and without characters that are not seen.
func Fold(text string) string {
	text = folder.String(norm.NFKD.String(text))
	text = strings.Map(func(r rune) rune {
		switch {
		case r < utf8.RuneSelf:
			if lower[r] == 0 {
				return -1
			}
		case accent(r) || unicode.Is(unicode.Cf, r) || !isWord(r):
			return -1
		}
		return r
	}, text)
	return norm.NFC.String(also.Replace(text))
}

// accent tells marks that a reader may leave out: of Latin, Greek and Cyrillic,
// Hebrew points and Arabic vowels. Those of Indic scripts are letters.
func accent(r rune) bool {
	return r >= 0x0300 && r <= 0x036F || r >= 0x0591 && r <= 0x05C7 || r >= 0x064B && r <= 0x065F || r == 0x0670
}

func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
