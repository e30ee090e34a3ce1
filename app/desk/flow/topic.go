package flow

import "docket/app/desk"

// openTopic gives a request with where its topic leads. A computer that was
// away may name a topic that has a successor by now: the request goes there.
func (d *decision) openTopic(a desk.Open) (desk.Open, error) {
	if a.Topic == "" {
		return a, nil
	}
	t, ok := d.st.Place.Topic(a.Topic)
	if !ok {
		return a, invalid("topic", "This topic is not offered any more.", "Choose another one; everything you wrote is kept.")
	}
	d.t.Topic, d.t.TopicName = t.ID, t.Name
	if a.Topic, a.Department = t.ID, t.Department; a.Type == "" {
		a.Type = t.Type
	}
	if t.Priority != "" {
		d.t.Priority = t.Priority
	}
	return a, nil
}

// mapped tells whoever opened it that their topic has a successor.
func (d *decision) mapped(asked desk.TopicID) {
	if asked == d.t.Topic {
		return
	}
	d.add(desk.Entry{Kind: desk.Topiced, From: string(asked), To: string(d.t.Topic), ToName: d.t.TopicName, Text: d.st.Place.Topics[asked].Name, Reason: "retired"}, desk.Public)
}

// retopic files the ticket under another topic. It changes what is asked and
// nothing that was said: not the text, not an answer, not the department, which
// is passed on by itself.
func (d *decision) retopic(a desk.SetTopic) error {
	to, ok := d.st.Place.Topics[a.To]
	switch {
	case !ok || to.Retired != "":
		return invalid("topic", "This topic is not offered any more.", "Choose another one.")
	case d.t.Topic == a.To:
		return nil
	case d.t.Topic != a.From:
		return conflict("topic", "The topic has been changed in the meantime.", string(d.t.Topic))
	}
	old := d.t.TopicName
	d.t.Topic, d.t.TopicName = to.ID, to.Name
	form := d.formOf(to.ID)
	d.t.Filled.Form, d.t.Filled.Version = form.ID, form.Version
	d.checklist(form)
	d.add(desk.Entry{Kind: desk.Topiced, From: string(a.From), To: string(to.ID), ToName: to.Name, Text: old}, desk.Public)
	return nil
}
