// axios with a valid token: one interceptor sends it, the other replaces it once if the API rejects it.
import type { TokenClient } from "@regrant/client";
import axios from "axios";
import type { AxiosInstance } from "axios";

/** @param baseURL the API, the only place that receives the token */
export function createApi(client: TokenClient, baseURL: string): AxiosInstance {
  const api = axios.create({ baseURL, allowAbsoluteUrls: false });

  api.interceptors.request.use(async (config) => {
    const { accessToken } = await client.getToken();
    config.headers.setAuthorization(`Bearer ${accessToken}`);
    return config;
  });

  api.interceptors.response.use(undefined, async (error: unknown) => {
    if (!axios.isAxiosError(error) || error.response?.status !== 401 || !error.config) throw error;
    const { config } = error;
    const rejected = String(config.headers.getAuthorization()).replace("Bearer ", "");
    const { accessToken } = await client.getToken({ rejected });
    config.headers.setAuthorization(`Bearer ${accessToken}`);
    return axios.request(config); // not `api`: without these interceptors, so only once
  });

  return api;
}
