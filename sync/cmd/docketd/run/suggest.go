package run

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// suggest ends a sentence about a name that is not there with the one that was
// probably meant, or with nothing.
func suggest(name string, there []string) string {
	best, least := "", 1+max(1, len(name)/3)
	for _, x := range there {
		if n := distance(strings.ToLower(name), strings.ToLower(x)); n > 0 && n < least {
			best, least = x, n
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", best)
}

// names are the keys of a set in order, so that the same mistake always gets
// the same answer.
func names(set map[string]bool) []string { return slices.Sorted(maps.Keys(set)) }

// distance counts the letters to add, take away, replace or swap with their
// neighbour to make b of a.
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	rows := make([][]int, len(x)+1)
	for i := range rows {
		rows[i] = make([]int, len(y)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(x); i++ {
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			n := min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				n = min(n, rows[i-2][j-2]+1)
			}
			rows[i][j] = n
		}
	}
	return rows[len(x)][len(y)]
}

// fieldNames are all names a field of a declaration has.
var fieldNames = func() []string {
	found := map[string]bool{}
	var walk func(reflect.Type)
	walk = func(t reflect.Type) {
		switch t.Kind() {
		case reflect.Slice:
			walk(t.Elem())
		case reflect.Struct:
			for i := range t.NumField() {
				if name := t.Field(i).Tag.Get("yaml"); name != ",inline" {
					found[name] = true
				}
				walk(t.Field(i).Type)
			}
		}
	}
	walk(reflect.TypeFor[declaration]())
	return names(found)
}()
