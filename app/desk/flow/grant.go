package flow

import (
	"strconv"
	"strings"
	"time"

	"docket/app/desk"
)

// stillComing is how long after its end a grant still takes a message whose files
// were up in time: the message itself may have been held back.
const stillComing = 24 * time.Hour

// askUpload asks to be allowed a large file. It is a word of the asking side, as
// a message is; the team has no need to ask.
func (d *decision) askUpload(a desk.AskUpload) error {
	name := strings.TrimSpace(a.Name)
	switch {
	case d.ours():
		return invalid("", "The team allows large files itself.", "Say how much may be sent, and for how long.")
	case !saneName(name):
		return invalid("name", "{name} cannot be the name of an attachment.", "Rename the file and ask again.").With("name", strconv.Quote(a.Name))
	case a.Bytes <= desk.MaxAttachment:
		return invalid("bytes", "{name} has {size, number} bytes, so it can be attached as it is.", "Attach it to a message.").With("name", name, "size", max(a.Bytes, 0))
	case a.Bytes > desk.MaxGrant:
		return tooLarge("bytes", "{name} has {size, number} bytes; at most {most, number} can be allowed.", "Send a part of it.").With("name", name, "size", a.Bytes, "most", desk.MaxGrant)
	case d.t.Status.Done():
		return invalid("", "This is solved.", "Write a message first, so that it is open again.")
	case d.t.Grant.Left(d.now) >= a.Bytes:
		return invalid("bytes", "{name} is allowed already: {size, number} bytes are left.", "Attach it to a message.").With("name", name, "size", d.t.Grant.Left(d.now))
	}
	d.add(desk.Entry{Kind: desk.UploadAsked, Text: name, To: strconv.FormatInt(a.Bytes, 10)}, desk.Public)
	d.asked("", false)
	return nil
}

// grantUpload allows large files, or ends that.
func (d *decision) grantUpload(a desk.GrantUpload) error {
	switch {
	case a.Bytes == 0 && d.t.Grant.At.IsZero():
		return nil
	case a.Bytes == 0:
		d.t.Grant = desk.Grant{}
		d.add(desk.Entry{Kind: desk.UploadGranted}, desk.Public)
		return nil
	case a.Bytes <= desk.MaxAttachment:
		return invalid("bytes", "{size, number} bytes can be sent without being allowed.", "Allow more than that.").With("size", desk.MaxAttachment)
	case a.Bytes > desk.MaxGrant:
		return invalid("bytes", "At most {size, number} bytes can be allowed.", "Choose less.").With("size", desk.MaxGrant)
	case a.Days < 1 || a.Days > desk.MaxGrantDays:
		return invalid("days", "{n} days cannot be given; it is 1 to {most}.", "Choose how long it takes to send them.").With("n", a.Days, "most", desk.MaxGrantDays)
	case d.t.Status == desk.Closed:
		return invalid("", "This ticket is closed.", "Open it again first.")
	}
	d.t.Grant = desk.Grant{By: d.actor.Person, At: d.now, Until: d.now.Add(time.Duration(a.Days) * 24 * time.Hour), Bytes: a.Bytes}
	d.add(desk.Entry{Kind: desk.UploadGranted, To: strconv.FormatInt(a.Bytes, 10), Until: d.t.Grant.Until}, desk.Public)
	return nil
}

// granted counts the large files of a reply on the ticket's grant, or says what
// is missing. What is not large needs none.
func (d *decision) granted(files []desk.Attachment) error {
	var large int64
	var name string
	for _, f := range files {
		if f.Size > desk.MaxAttachment {
			large, name = large+f.Size, f.Name
		}
	}
	if large == 0 {
		return nil
	}
	if err := Granted(d.t.Grant, name, large, d.now.Add(-stillComing)); err != nil {
		return err
	}
	d.t.Grant.Used += large
	return nil
}

// Granted says why a file of that name and size may not be sent now under a
// grant, with the exact number; nil where it may.
func Granted(g desk.Grant, name string, size int64, now time.Time) error {
	switch {
	case g.At.IsZero():
		return tooLarge("files", "“{name}” has {size, number} bytes; a file can have {most, number} (20\u00a0MB).",
			"Compress it, send a part of it, or ask for a large upload. Your text is kept.").With("name", name, "size", size, "most", desk.MaxAttachment)
	case now.After(g.Until):
		return tooLarge("files", "“{name}” has {size, number} bytes, and large files could be sent until {until, date, clock} UTC.",
			"Ask for a large upload once more. Your text and what has arrived of the file are kept.").With("name", name, "size", size, "until", g.Until.UTC())
	case size > g.Bytes-g.Used:
		return tooLarge("files", "“{name}” has {size, number} bytes; {left, number} of the {most, number} that are allowed are left.",
			"Ask for more, or send a part of it. Your text is kept.").With("name", name, "size", size, "left", max(g.Bytes-g.Used, 0), "most", g.Bytes)
	}
	return nil
}
