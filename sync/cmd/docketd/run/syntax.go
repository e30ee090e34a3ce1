package run

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

var lineOf = regexp.MustCompile(`^line (\d+): `)

// syntaxMistake says of bytes that are no YAML on which line they stop being
// it. The parser names where the group around the mistake began, which may be
// far above.
func syntaxMistake(b []byte, said string) string {
	said = strings.TrimPrefix(said, "yaml: ")
	what := lineOf.ReplaceAllString(said, "")
	switch {
	case strings.HasPrefix(what, "did not find expected"):
		what = "this does not fit what stands around it; look for a bracket, a quote or a space too many or too few"
	case strings.HasPrefix(what, "mapping values are not allowed"):
		what = "a name and a colon cannot stand here; look at the spaces before it, and at colons within texts, which need quotes"
	case strings.HasPrefix(what, "found character that cannot start"):
		what = "a tab or a sign with a meaning of its own stands here; indent with spaces and put such texts in quotes"
	case strings.HasPrefix(what, "found unexpected end of stream"):
		what = "a quote is opened here and never closed"
	}
	return fmt.Sprintf("line %d: %s", brokenLine(b), what)
}

// brokenLine is the line after the longest beginning of b that can be read. A
// long file is read by the parts that begin at its margin first, so that what is
// looked for within one of them need not be read with all before it.
func brokenLine(b []byte) int {
	ends := []int{0}
	for at, c := range b {
		if c == '\n' {
			ends = append(ends, at+1)
		}
	}
	if ends[len(ends)-1] < len(b) {
		ends = append(ends, len(b))
	}
	from := 0 // the line the first part that cannot be read begins after
	for n := 1; n <= len(ends)-1; n++ {
		margin := n == len(ends)-1 || !bytes.ContainsAny(b[ends[n]:ends[n]+1], " \t\n\r#]}")
		if !margin {
			continue
		}
		if !isYAML(b[ends[from]:ends[n]]) {
			line := from + brokenAt(b[ends[from]:], ends[from:n+1])
			if !isYAML(b[:ends[line]]) && isYAML(b[:ends[line-1]]) {
				return line
			}
			break // it needs what stands before it
		}
		from = n
	}
	return brokenAt(b, ends)
}

// brokenAt is the first of the lines that end at ends, counted from the first
// of those, with which b cannot be read.
func brokenAt(b []byte, ends []int) int {
	start := ends[0]
	good, bad := 0, len(ends)-1
	for bad-good > 1 {
		mid := (good + bad) / 2
		// A list in brackets may go over some lines, and is whole only at its last.
		whole := slices.IndexFunc(ends[mid:min(mid+8, bad)], func(end int) bool { return isYAML(b[:end-start]) })
		if whole >= 0 {
			good = mid + whole
		} else {
			bad = mid
		}
	}
	return bad
}

func isYAML(b []byte) bool {
	dec := yaml.NewDecoder(bytes.NewReader(b))
	for {
		switch err := dec.Decode(new(yaml.Node)); {
		case errors.Is(err, io.EOF):
			return true
		case err != nil:
			return false
		}
	}
}
