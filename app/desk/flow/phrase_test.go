package flow_test

import (
	"fmt"

	"docket/app/desk"
)

// phrased reports what of the desk's own words is not what was written: whoever
// reads them in another language must read the same, and no value that the
// English text does not have.
func phrased(cmd desk.Command, entries []desk.Entry) error {
	for _, e := range entries {
		text := e.Text
		if e.Kind == desk.Referred {
			text = e.Usual
		}
		switch {
		case e.Phrase == nil && e.Kind == desk.Notice && cmd.Args.Kind() == desk.CmdRunDue:
			return fmt.Errorf("BROKEN: %q of the desk itself can be read in English only", e.Text)
		case e.Phrase != nil && (e.Phrase.String() != text || e.Shown != ""):
			return fmt.Errorf("BROKEN: %q is said in other languages as %q", text, e.Phrase)
		}
	}
	return nil
}
