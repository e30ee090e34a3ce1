package policy

import (
	"strings"
	"unicode"
)

// readMost is how much of a text is looked at for its language.
const readMost = 4000

// Language is the language of a message as far as that can be told from its
// script and its little words (BEHAVIOURS 2.8); "" where it cannot. What is
// quoted and what is code says nothing of it.
func Language(text string) string {
	own := ownWords(text)
	if code := byScript(own); code != "" {
		return code
	}
	hits := map[string]int{}
	words := strings.FieldsFunc(strings.ToLower(own), func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' && r != '’' })
	for _, w := range words {
		for _, code := range little[w] {
			hits[code]++
		}
	}
	best, most, second := "", 0, 0
	for code, n := range hits {
		switch {
		case n > most:
			best, most, second = code, n, most
		case n > second:
			second = n
		}
	}
	if most < 2 || most == second {
		return ""
	}
	return best
}

// ownWords leaves out quoted lines and code.
func ownWords(text string) string {
	var b strings.Builder
	fenced := false
	for l := range strings.SplitSeq(text[:min(len(text), readMost)], "\n") {
		switch {
		case strings.HasPrefix(strings.TrimSpace(l), "```"):
			fenced = !fenced
		case fenced, strings.HasPrefix(l, ">"), strings.HasPrefix(l, "    "):
		default:
			b.WriteString(l)
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// byScript tells languages whose script is their own, where a good part of the
// letters is in it: names and addresses are Latin everywhere.
func byScript(text string) string {
	var letters, arabic, cyrillic, kana, hangul, han int
	for _, r := range text {
		if !unicode.IsLetter(r) {
			continue
		}
		letters++
		switch {
		case unicode.Is(unicode.Arabic, r):
			arabic++
		case unicode.Is(unicode.Cyrillic, r):
			cyrillic++
		case unicode.In(r, unicode.Hiragana, unicode.Katakana):
			kana++
		case unicode.Is(unicode.Hangul, r):
			hangul++
		case unicode.Is(unicode.Han, r):
			han++
		}
	}
	enough := func(n int) bool { return n >= 2 && 3*n >= letters }
	switch {
	case enough(arabic):
		return "ar"
	case enough(cyrillic):
		return "ru"
	case enough(hangul+han) && hangul > 0 && hangul >= han:
		return "ko"
	case enough(kana+han) && 10*kana >= han && kana > 0:
		return "ja"
	case enough(han):
		return "zh"
	}
	return ""
}

// little are the words that every few words of a language are one of.
var little = func() map[string][]string {
	out := map[string][]string{}
	for code, words := range map[string]string{
		"en": "the and is are not with you we this that have please can it of to for my our was since hello when does what from has been i",
		"de": "der die das und ist nicht mit ich wir sie ein eine auf für bitte haben kann es zu den im seit hallo wie was wird von unsere mein auch bei",
		"fr": "le la les et est pas avec nous vous je un une pour merci ne des que dans sur depuis bonjour du notre mon au ce il ai",
		"es": "el la los las y es no con una un por para gracias que en se mi nuestro nuestra desde hola del al lo está cuando",
		"it": "il la gli le e è non con un una per grazie che di mi nostro nostra abbiamo da sono ciao buongiorno della del nel quando",
		"nl": "de het een en is niet met wij ik voor bedankt van op hebben kan dat u sinds hallo onze mijn te wordt er wat bij",
		"pt": "o a os as e é não com um uma para obrigado obrigada que em do da meu nosso nossa desde olá no na está quando",
	} {
		for w := range strings.FieldsSeq(words) {
			out[w] = append(out[w], code)
		}
	}
	return out
}()
