package app

import (
	"bytes"
	"encoding/base64"
	"encoding/csv"
	"image/png"
	"path/filepath"
	"strings"
	"time"

	"docket/app/desk"
)

const (
	maxTableRows  = 2000
	maxTableCells = 40
	maxPicture    = 16 << 20
	maxSide       = 8000
)

// bom tells spreadsheets that the file is UTF-8. Excel takes it for the
// computer's own encoding otherwise; everything else that reads CSV skips it.
const bom = "\uFEFF"

// SaveTable saves the rows of a table as CSV, where the person says; "" if they
// thought better of it.
func (a *API) SaveTable(name string, rows [][]string) (string, error) {
	if _, err := a.session(); err != nil {
		return "", err
	}
	if len(rows) > maxTableRows {
		return "", wrong("rows", "That is too large for a table.")
	}
	var b bytes.Buffer
	b.WriteString(bom)
	w := csv.NewWriter(&b)
	w.UseCRLF = true // as RFC 4180 has it
	for _, row := range rows {
		if len(row) > maxTableCells {
			return "", wrong("rows", "That is too large for a table.")
		}
		cells := make([]string, len(row))
		for i, cell := range row {
			cells[i] = inert(cell)
		}
		if err := w.Write(cells); err != nil {
			return "", err
		}
	}
	if w.Flush(); w.Error() != nil {
		return "", w.Error()
	}
	return a.saveAs(say("Save the table"), name, ".csv", b.Bytes())
}

// inert keeps a cell from being a formula to whoever opens the file: what begins
// like one, also after what a spreadsheet skips, gets an apostrophe before it.
func inert(cell string) string {
	cell = strings.ToValidUTF8(strings.ReplaceAll(cell, "\x00", ""), "")
	begins := strings.TrimLeft(cell, " \u00a0\u200b\u200e\u200f\ufeff\"'")
	if begins != "" && strings.ContainsRune("=+-@\t\r\n\v\f|＝＋－＠", []rune(begins)[0]) {
		return "'" + cell
	}
	return cell
}

// SavePicture saves a picture that the page drew, given as the base64 of a PNG.
func (a *API) SavePicture(name, data string) (string, error) {
	if _, err := a.session(); err != nil {
		return "", err
	}
	bad := &desk.Error{Code: desk.CodeInvalid, Message: "That is not a picture.", Hint: "Try once more; the table can be saved, too."}
	if len(data) > maxPicture {
		return "", bad
	}
	b, err := base64.StdEncoding.DecodeString(data)
	if err != nil {
		return "", bad
	}
	if c, err := png.DecodeConfig(bytes.NewReader(b)); err != nil || c.Width > maxSide || c.Height > maxSide {
		return "", bad
	}
	return a.saveAs(say("Save the picture"), name, ".png", b)
}

// saveAs asks where, and writes there.
func (a *API) saveAs(title, name, ending string, b []byte) (string, error) {
	name = cleanName(strings.NewReplacer("/", "-", `\`, "-").Replace(name)) + " " + a.now().Local().Format(time.DateOnly) + ending
	dest, err := a.deps.Shell.SaveFile(title, name)
	if err != nil || dest == "" {
		return "", err
	}
	if err := writeFile(dest, b); err != nil {
		return "", (&desk.Error{Code: desk.CodeInvalid, Message: "“{name}” could not be saved there.", Hint: "Choose another folder, or free some room.", Err: err}).With("name", filepath.Base(dest))
	}
	return filepath.Base(dest), nil
}
