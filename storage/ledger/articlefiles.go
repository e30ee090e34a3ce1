package ledger

import (
	"fmt"
	"maps"
	"slices"

	"docket/app/desk"
	"docket/app/desk/access"
)

// articleFilesSchema says which files an article names, with what its readers
// have, its draft, what was contributed and what it said before, so that no file
// is deleted that one of them has.
const articleFilesSchema = `
CREATE TABLE article_files (hash TEXT NOT NULL REFERENCES blobs (hash), article TEXT NOT NULL, PRIMARY KEY (hash, article)) WITHOUT ROWID;
CREATE INDEX article_files_article ON article_files (article);
`

// said gives what an article said before, oldest first.
func (tx *Tx) said(a *desk.Article) (out []desk.Earlier, err error) {
	for _, at := range a.Was {
		e, err := tx.earlier(a.ID, at)
		if err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, nil
}

// ArticleFile describes a file of an article that they may read, or answers
// desk.ErrNotFound.
func (tx *Tx) ArticleFile(a desk.Actor, id desk.ArticleID, h desk.BlobHash) (f desk.Attachment, err error) {
	named, err := tx.one("SELECT 1 FROM article_files WHERE hash = ? AND article = ?", []any{string(h), string(id)}, new(int))
	if err != nil {
		return f, fmt.Errorf("look up file: %w", err)
	}
	if !named {
		return f, desk.ErrNotFound
	}
	x, err := tx.Article(id)
	if err != nil {
		return f, fmt.Errorf("read article: %w", err)
	}
	if x == nil {
		return f, desk.ErrNotFound
	}
	dir, err := tx.directory()
	if err != nil {
		return f, err
	}
	x.By = dir.goesOnAs(x.By)
	before, err := tx.said(x)
	if err != nil {
		return f, err
	}
	b, there, err := tx.Blob(h)
	if err != nil {
		return f, fmt.Errorf("look up file: %w", err)
	}
	if !there || !access.CanReadArticleFile(a, x, before, h) {
		return f, desk.ErrNotFound
	}
	return desk.Attachment{Hash: h, Size: b.Size, Type: b.Type}, nil
}

// linkArticleFiles notes which files an article names from now on; nil is one that
// is no more. What nothing names any more is forgotten.
func (tx *Tx) linkArticleFiles(id desk.ArticleID, a *desk.Article) error {
	names := map[string]bool{}
	if a != nil {
		files := a.Files()
		if err := tx.arrived(files); err != nil {
			return err
		}
		before, err := tx.said(a)
		if err != nil {
			return err
		}
		for _, e := range before {
			files = append(files, e.Live.Files...)
		}
		for _, f := range files {
			names[string(f.Hash)] = true
		}
	}
	var gone []string
	err := tx.each("SELECT hash FROM article_files WHERE article = ?", []any{string(id)}, func(scan func(...any) error) error {
		var h string
		err := scan(&h)
		if !names[h] {
			gone = append(gone, h)
		}
		delete(names, h)
		return err
	})
	if err != nil {
		return fmt.Errorf("list files: %w", err)
	}
	for _, h := range slices.Sorted(maps.Keys(names)) {
		if _, err := tx.exec("INSERT INTO article_files (hash, article) VALUES (?, ?) ON CONFLICT (hash, article) DO NOTHING", h, string(id)); err != nil {
			return fmt.Errorf("link file: %w", err)
		}
	}
	for _, h := range gone {
		if _, err := tx.exec("DELETE FROM article_files WHERE hash = ? AND article = ?", h, string(id)); err != nil {
			return fmt.Errorf("unlink file: %w", err)
		}
	}
	return tx.dropUnused(gone)
}
