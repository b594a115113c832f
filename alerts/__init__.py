"""PostingEvent -> Delivery -> message: dispatch, outbox, digest, bot and channels."""
