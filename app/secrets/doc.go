// Package secrets finds in a text what its writer would not want others to
// read: keys, tokens, passwords, numbers of cards and of bank accounts. It is
// asked before a log goes along with a request. It knows how such things look
// and nothing else: what it does not find may be one all the same, so a person
// looks over the text, too. It is pure and takes time in proportion to the text.
package secrets
