package shell

import (
	"errors"
	"os"
	"path/filepath"
	"slices"

	"docket/app/desk"
)

// Login is that this profile starts, without its window, when its person signs in
// to the computer. What the system says is the truth: it can be changed there, too.
type Login struct {
	// Profile and Data are those the program was started with.
	Profile, Data string
}

// name is that of the profile among what starts.
func (l Login) name() string {
	if l.Profile == "" {
		return "docket"
	}
	return "docket-" + l.Profile
}

// command is what starts it.
func (l Login) command() ([]string, error) {
	exe, err := os.Executable()
	if err != nil {
		return nil, err
	}
	if exe, err = filepath.Abs(exe); err != nil {
		return nil, err
	}
	args := []string{exe, "--hidden"}
	if l.Profile != "" {
		args = append(args, "--profile", l.Profile)
	}
	if l.Data != "" {
		args = append(args, "--data", l.Data)
	}
	if slices.ContainsFunc(args, control) {
		return nil, errors.New("a path with a control character")
	}
	return args, nil
}

// control reports whether s has a character that no file of ours may hold.
func control(s string) bool {
	return slices.ContainsFunc([]rune(s), func(r rune) bool { return r < ' ' || r == 0x7f })
}

func cannotStart(err error) error {
	if err == nil {
		return nil
	}
	return &desk.Error{Code: desk.CodeInternal, Message: "This computer did not take that Docket starts with it.", Hint: "Add Docket to what starts with your session in the settings of the system.", Err: err}
}
