-- The tables of the original Pinge, as its ORM made them.
CREATE TYPE gender_enum AS ENUM ('Male', 'Female', 'Others');
CREATE TYPE contact_request_status AS ENUM ('Pending', 'Accepted', 'Rejected');
CREATE TYPE group_role AS ENUM ('Admin', 'Member');

CREATE TABLE base (
    is_active boolean NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL
);

CREATE TABLE user_records (
    user_id uuid PRIMARY KEY,
    email varchar NOT NULL UNIQUE,
    username varchar NOT NULL,
    password varchar NOT NULL,
    gender gender_enum NOT NULL,
    country varchar NOT NULL,
    LIKE base
);

CREATE TABLE user_sessions (
    session_id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES user_records,
    access_token varchar NOT NULL UNIQUE,
    ip_address varchar,
    user_agent varchar,
    location varchar,
    device_info varchar,
    LIKE base
);

CREATE TABLE contact_requests (
    request_id uuid PRIMARY KEY,
    sender_id uuid NOT NULL,
    receiver_id uuid NOT NULL,
    status contact_request_status NOT NULL,
    LIKE base,
    UNIQUE (sender_id, receiver_id)
);

-- Without the keys of the original from here on: what they forbade is found in old databases all the same.
CREATE TABLE contacts (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL,
    contact_id uuid NOT NULL,
    LIKE base
);

CREATE TABLE direct_messages (
    message_id uuid PRIMARY KEY,
    sender_id uuid NOT NULL,
    receiver_id uuid NOT NULL,
    content varchar NOT NULL,
    is_read boolean,
    sent_at timestamp NOT NULL,
    LIKE base
);

CREATE TABLE group_chats (
    group_id uuid PRIMARY KEY,
    name varchar NOT NULL,
    description varchar,
    created_by uuid NOT NULL,
    LIKE base
);

CREATE TABLE group_members (
    id uuid PRIMARY KEY,
    group_id uuid NOT NULL,
    user_id uuid NOT NULL,
    role group_role NOT NULL,
    joined_at timestamp NOT NULL,
    last_read_at timestamp,
    LIKE base
);

CREATE TABLE group_messages (
    message_id uuid PRIMARY KEY,
    group_id uuid NOT NULL,
    sender_id uuid NOT NULL,
    content varchar NOT NULL,
    sent_at timestamp NOT NULL,
    LIKE base
);
