package terms

import (
	"strings"
	"unicode/utf8"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/english"
	"github.com/blevesearch/snowballstem/german"
)

// A stem is told of words of that many letters and more, and it shares at
// least as many with its words.
const shortestStem = 3

// stems gives the English and the German stem of a folded word. Umlauts are
// folded already, so that the German ones are of the word without them.
func stems(word string) (en, de string) {
	env := snowballstem.NewEnv(word)
	english.Stem(env)
	en = env.Current()
	env.SetCurrent(word)
	german.Stem(env)
	return en, env.Current()
}

// Inflected tells words that have a stem with another in common.
type Inflected struct {
	word, en, de string
	// Prefix is what they all begin with.
	Prefix string
}

// Inflect gives what is inflected like a word; ok is false of what has no
// stem: numbers, short words, other scripts.
func Inflect(word string) (Inflected, bool) {
	if len(word) < shortestStem || strings.ContainsFunc(word, func(r rune) bool { return r < 'a' || r > 'z' }) {
		return Inflected{}, false
	}
	f := Inflected{word: word}
	f.en, f.de = stems(word)
	// The i of happi is the y of happy.
	f.Prefix = strings.TrimSuffix(common(common(word, f.en), f.de), "i")
	if len(f.Prefix) < shortestStem {
		return f, false
	}
	return f, true
}

// Has reports whether a word is the word or an inflection of it.
func (f *Inflected) Has(word string) bool {
	if word == f.word {
		return true
	}
	if len(word) > len(f.Prefix)+8 {
		return false // no ending is as long
	}
	en, de := stems(word)
	return en == f.en || de == f.de && len(f.de) > shortestStem
}

func common(a, b string) string {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return a[:n]
}

// Near reports whether two words differ by no more slips than one makes in a
// word of that length: one from four letters on, two from eight. A letter too
// many, one missing, another one, or two changed over are one slip.
func Near(a, b string) bool {
	most := Slips(a)
	return most > 0 && slips(a, b, most) <= most
}

// Slips is how many slips are forgiven in a word. Numbers are none: another
// number is another thing.
func Slips(word string) int {
	if strings.ContainsAny(word, "0123456789") {
		return 0
	}
	switch n := utf8.RuneCountInString(word); {
	case n >= 8:
		return 2
	case n >= 4:
		return 1
	}
	return 0
}

// slips is the distance of two words with neighbours changed over, or more
// than most.
func slips(x, y string, most int) int {
	a, b := []rune(x), []rune(y)
	if d := len(a) - len(b); d > most || -d > most {
		return most + 1
	}
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		best := i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
			best = min(best, row[j])
		}
		if best > most {
			return most + 1
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
