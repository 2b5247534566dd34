package io.forrest.etcd;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.forrest.etcd.CappedBody.Body;
import io.forrest.etcd.EtcdAnswer.State;
import io.forrest.etcd.Outcome.Answered;
import io.forrest.etcd.Outcome.Denied;
import io.forrest.etcd.Outcome.Lost;
import io.forrest.etcd.Outcome.Rejected;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.Optional;

/**
 * Tells what a response means. Whether etcd speaks at all is judged by the body's shape and not by its media type, for
 * anything may stand behind a URL: a proxy's page, another server, an etcd without v2. Immutable and thread-safe.
 */
final class AnswerReader {

    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private static final String V2_NOT_ENABLED =
            "v2 is not enabled on this server (etcd 3.4 and 3.5 need --enable-v2; 3.6" + " has removed it)";

    private AnswerReader() {}

    static Outcome<EtcdAnswer> read(EtcdRequest request, HttpResponse<?> response, Body body) {
        JsonNode json = parse(body);
        int status = response.statusCode();
        EtcdHead head = EtcdHead.of(response.headers());
        if (status >= 200 && status < 300) {
            return carriedOut(request, status, head, body, json);
        }
        int code = json.path("errorCode").asInt();
        if (status >= 500) {
            return new Lost<>(
                    code == 0 ? "answered " + status : "answered " + status + " (etcd error " + code + ")", null);
        }
        if (code != 0) {
            return told(request, status, head, code);
        }
        return rejected(status, response.headers().firstValue("Content-Type").orElse(""));
    }

    private static Outcome<EtcdAnswer> carriedOut(
            EtcdRequest request, int status, EtcdHead head, Body body, JsonNode json) {
        Optional<EtcdNode> node = EtcdNode.from(json.path("node"));
        if (json.path("action").isTextual() && node.isPresent()) {
            return new Answered<>(new EtcdAnswer(State.DONE, node.get(), head));
        }
        String why = body.complete()
                ? "answered " + status + ", but not as etcd does; is this etcd's client URL?"
                : "answered with more than " + (CappedBody.MAX_ANSWER >> 20) + " MiB";
        // Something answered: for a write that may have been etcd, with its answer spoilt on the way
        return request.isRead() ? new Rejected<>(why, null) : new Lost<>(why, null);
    }

    private static Outcome<EtcdAnswer> told(EtcdRequest request, int status, EtcdHead head, int code) {
        if (request.isRead() && code > 100 && code < 110) {
            // A read has no condition that could fail: nothing may be concluded from this
            return unforeseen(status, code);
        }
        return switch (code) {
            case 100 -> new Answered<>(new EtcdAnswer(State.ABSENT, null, head));
            case 101 -> new Answered<>(new EtcdAnswer(State.DIFFERENT, null, head));
            case 102 -> new Answered<>(new EtcdAnswer(State.DIRECTORY, null, head));
            case 105 -> new Answered<>(new EtcdAnswer(State.EXISTS, null, head));
            case 104 -> new Denied<>("a part of the prefix is a key with a value there, and can be no directory");
            case 110 ->
                new Denied<>("it wants the credentials of a user who may read and write everything below the prefix"
                        + " (etcd error 110)");
            default -> unforeseen(status, code);
        };
    }

    private static Outcome<EtcdAnswer> unforeseen(int status, int code) {
        return new Denied<>("it answered " + status + " (etcd error " + code + ")");
    }

    private static Outcome<EtcdAnswer> rejected(int status, String mediaType) {
        if (status == 404 && mediaType.startsWith("text/plain")) {
            return new Rejected<>(V2_NOT_ENABLED, null);
        }
        if (status < 400) {
            return new Rejected<>("answered " + status + ", a redirect, and none is ever followed", null);
        }
        // A proxy that gave up waiting may have passed the request on
        return status == 408
                ? new Lost<>("answered 408", null)
                : new Rejected<>("answered " + status + ", but not as etcd does; is this etcd's client URL?", null);
    }

    static JsonNode parse(Body body) {
        if (!body.complete()) {
            return MissingNode.getInstance();
        }
        try {
            return JSON.readTree(body.text());
        } catch (IOException e) {
            return MissingNode.getInstance();
        }
    }
}
