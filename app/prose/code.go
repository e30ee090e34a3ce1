package prose

import (
	"regexp"
	"strings"
)

var (
	prompt = regexp.MustCompile(`^> ?([\w.$\[\]"',]+ ?(<-|=|<<-) ?\S|[\w.:]+\()`)
	// bare are lines at a prompt that could also be a quoted word.
	bare = regexp.MustCompile(`^> ?([\w.$]+|#.*|[?]\w+)?$`)
	// codey are lines nobody writes as a sentence.
	codey = regexp.MustCompile(`<-|\$ \S|[;{}]\s*$|^\s*[#$%] |^\s*\[\d+\] |^\s*[\w.$\[\]]+ ?= ?\S|\w\(.*\)[,;]?\s*$|^\s*(Error|Traceback|Warning message|at |File ")|\S {3,}\S|^\d{4}-\d\d-\d\d[ T]\d\d:\d\d|^\s*</?\w+[^>]*>`)
	prosy = regexp.MustCompile(`[a-zà-ÿ]{2,}[,.!?]? [a-zà-ÿ]{2,}[,.!?]? [a-zà-ÿ]{2,}[,.!?]? [a-zà-ÿ]{2,}`)
)

// console gives how many of the first lines are what a console printed after
// "> " prompts. It looks like a quote and is none: folding it would hide the
// very thing a message is about.
func console(lines []string) int {
	n, hits, weak, marked := 0, 0, 0, 0
	for ; n < len(lines) && !blank(lines[n]); n++ {
		if strings.HasPrefix(lines[n], ">>") {
			return 0
		}
		if strings.HasPrefix(lines[n], ">") {
			marked++
			switch {
			case prosy.MatchString(lines[n]):
			case prompt.MatchString(lines[n]):
				hits++
			case bare.MatchString(lines[n]):
				weak++
			}
		}
	}
	if hits == 0 || (hits+weak)*3 < marked*2 {
		return 0
	}
	return n
}

// looksLikeCode reports whether lines are code, a log or a table: then they
// keep their columns and nothing in them is emphasis.
func looksLikeCode(lines []string) bool {
	if len(lines) < 2 {
		return len(lines) == 1 && (strings.HasPrefix(lines[0], "    ") || strings.HasPrefix(lines[0], "\t")) && codey.MatchString(lines[0])
	}
	code, indented := 0, 0
	for _, l := range lines {
		if strings.HasPrefix(l, "    ") || strings.HasPrefix(l, "\t") {
			indented++
		}
		if codey.MatchString(l) && (!prosy.MatchString(l) || strings.Contains(l, "<-")) {
			code++
		}
	}
	return code*2 > len(lines) || indented == len(lines)
}
