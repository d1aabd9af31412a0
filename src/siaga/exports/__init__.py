"""Other people's formats: the node's own figures, filled into what others read; nothing here decides or remembers.

Every format is made from `source.Incident`, which has no field for a word that somebody typed: what lies in the vault
cannot leave by these ways."""
