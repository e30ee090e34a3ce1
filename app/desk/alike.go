package desk

import (
	"math"
	"strings"
	"unicode"
	"unicode/utf8"
)

// shortest is how long a word is that tells what a text is about; shorter ones
// stand in every text.
const shortest = 3

// mostTelling bounds how much of a long text is looked at.
const mostTelling = 400

// Telling are the words a text can be compared by: folded, each once, without
// what is too short to tell anything. A number counts whatever its length.
func Telling(text string) map[string]bool {
	out := map[string]bool{}
	for w := range strings.FieldsFuncSeq(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if len(out) == mostTelling {
			break
		}
		if utf8.RuneCountInString(w) >= shortest || unicode.IsDigit([]rune(w)[0]) {
			out[w] = true
		}
	}
	return out
}

// Similar says how much two texts have in common, from 0 to 1: the cosine of
// their telling words.
func Similar(a, b map[string]bool) float64 {
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	n := 0
	for w := range a {
		if b[w] {
			n++
		}
	}
	return float64(n) / math.Sqrt(float64(len(a))*float64(len(b)))
}
